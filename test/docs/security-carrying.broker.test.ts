// The rights in docs/security.md for carrying over what a queue in use holds: enough, and no fewer.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';
import { userWith } from '../management/arrange.ts';
import { root } from './clone.ts';

const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const command = /^rabbitmqctl set_permissions .* '(.*)' '(.*)' '(\^\(ml_tasks\|worker.*)'$/m;
const [, configure = '', write = '', read = ''] = command.exec(page) ?? [];
const rights = { configure, write, read };

const folder = await mkdtemp(join(tmpdir(), 'topo-carrying-'));
afterAll(() => rm(folder, { recursive: true }));

const name = 'worker_queue_1';
let vhost = '';
beforeEach(async () => {
  vhost = await freshVhost();
  await api('PUT', `exchanges/${vhost}/ml_tasks`, { type: 'direct', durable: true });
  await api('PUT', `queues/${vhost}/${name}`, { durable: true });
  await api('POST', `bindings/${vhost}/e/ml_tasks/q/${name}`, { routing_key: name });
  const message = { properties: {}, routing_key: name, payload: 'x', payload_encoding: 'string' };
  await api('POST', `exchanges/${vhost}/ml_tasks/publish`, message);
  const queue = `{ name: ${name}, type: quorum }`;
  await writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\nqueues: [${queue}]\n`);
});

async function applyWith(
  permissions: typeof rights,
): Promise<{ code: number | null; out: string }> {
  const user = `carrying-${randomUUID()}`;
  await userWith(user, 'management', { [vhost]: permissions });
  const who = { RABBITMQ_USERNAME: user, RABBITMQ_PASSWORD: 'secret' };
  const where = {
    RABBITMQ_ENDPOINT: broker.endpoint,
    AMQP_URL: `amqp://${new URL(broker.amqpUrl).host}`,
  };
  const { code, out } = await callTopo(['apply', '--yes'], folder, { ...where, ...who });
  return { code, out };
}

const queues = async (): Promise<object[]> =>
  (await api('GET', `queues/${vhost}?disable_stats=true`)) as object[];

async function take(): Promise<unknown> {
  const get = { count: 1, ackmode: 'ack_requeue_false', encoding: 'auto' };
  return api('POST', `queues/${vhost}/${name}/get`, get);
}

test('they are enough', async () => {
  expect(await applyWith(rights)).toMatchObject({ code: 0 });
  expect(await queues()).toMatchObject([{ name, type: 'quorum' }]);
  expect(await take()).toMatchObject([{ payload: 'x' }]);
});

const less: Record<string, [Partial<typeof rights>, string]> = {
  'read on the queue': [{ read: '^ml_tasks' }, `needs .*read on .*"${name}`],
  'read on the exchange': [{ read: '^worker_queue_' }, 'read on .*"ml_tasks"'],
  'write on the queue': [{ write: '^$' }, `write on .*"${name}`],
  'configure on the queue': [{ configure: '^topo' }, `configure on "${name}`],
};
test.each(Object.entries(less))('without %s, all is as before', async (_, [lacking, hint]) => {
  const { code, out } = await applyWith({ ...rights, ...lacking });
  expect(code).toBe(1);
  expect(out).toMatch(new RegExp(hint));
  expect(await queues()).toMatchObject([{ name, type: 'classic' }]);
  expect(await take()).toMatchObject([{ payload: 'x' }]);
});

test('where a policy hits names beside the queue, so are these for topo.parking.', async () => {
  const policy = { pattern: `^${name}[.]`, definition: { 'message-ttl': 60_000 } };
  await api('PUT', `policies/${vhost}/beside`, policy);
  expect(await applyWith(rights)).toMatchObject({
    code: 1,
    out: expect.stringContaining('needs configure on "topo.parking.') as string,
  });
  const also = (pattern: string): string => `${pattern}|^topo[.]parking[.]`;
  const more = { configure: also(configure), write: also(write), read: also(read) };
  expect(await applyWith(more)).toMatchObject({ code: 0 });
  expect(await take()).toMatchObject([{ payload: 'x' }]);
});
