// RabbitMQ takes the delete of an exchange for unfinished if the HTTP connection that asked for it
// was cut: for good, it answers declarations of that name with success and ignores them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { authorizationOf } from '../broker-of.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { openGateway } from '../management/gateway.ts';
import { callTopo } from './topo.ts';

let folder = '';
let vhost = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-cut-delete-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  vhost = await freshVhost();
});

const write = (yaml: string) =>
  writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\n${yaml}\n`);
const topo = (...args: string[]) => callTopo(args, folder, env);
const mark = () => `parameters/exchange-delete-in-progress/${vhost}/x`;
const isThere = (path: string) => api('GET', path).then(Boolean, () => false);

/** Deletes it over HTTP, and ends the connection after that time. */
async function deleteFor(milliseconds: number): Promise<void> {
  const cut = new AbortController();
  const deleting = fetch(`${broker.endpoint}/api/exchanges/${vhost}/x`, {
    method: 'DELETE',
    headers: { authorization: authorizationOf(broker) },
    signal: cut.signal,
  }).catch(() => undefined);
  await sleep(milliseconds);
  cut.abort();
  await deleting;
}

/** Bindings make the delete take its time. */
async function leaveUnfinished(): Promise<void> {
  await api('PUT', `queues/${vhost}/q`, { durable: true });
  for (let attempt = 0; attempt < 200; attempt++) {
    await api('PUT', `exchanges/${vhost}/x`, { type: 'direct' });
    const keys = Array.from({ length: 100 }, (_, n) => `key ${n}`);
    const bind = (routing_key: string) => api('POST', `bindings/${vhost}/e/x/q/q`, { routing_key });
    await Promise.all(keys.map(bind));
    await deleteFor(attempt % 40);
    await sleep(500);
    if ((await isThere(mark())) && !(await isThere(`exchanges/${vhost}/x`))) return;
  }
  throw new Error('no cut has left a delete unfinished');
}

const slow = 'up to 200 exchanges with 100 bindings are deleted';
test(
  'a plan tells that it can’t be declared, and what lets it be',
  { meta: { slow } },
  async () => {
    await leaveUnfinished();
    await write("manage: { parameters: ['*'] }\nexchanges: [{ name: x, type: direct }]");
    const plan = await topo('plan');
    expect(plan.out).toContain(
      'warning: exchange "x" can\'t be declared: RabbitMQ still deletes it, or its delete was cut off',
    );
    expect(plan.out).toContain(
      `if it stays so: rabbitmqctl clear_parameter -p ${vhost} exchange-delete-in-progress x`,
    );
    expect(plan.out).not.toContain('to delete');
    expect(await topo('apply', '--yes')).toMatchObject({ code: exit.partial });
    const exported = await topo('export', '--vhost', vhost);
    expect(exported.out).not.toContain('exchange-delete-in-progress');
    // As rabbitmqctl does.
    await api('DELETE', mark());
    const again = await topo('apply', '--yes');
    expect(again, again.out).toMatchObject({ code: exit.done });
    expect(again.out).not.toContain('warning');
    expect(await isThere(`exchanges/${vhost}/x`)).toBe(true);
  },
);

test('topo deletes an exchange over AMQP, which no cut leaves unfinished', async () => {
  await api('PUT', `exchanges/${vhost}/x`, { type: 'direct' });
  await write('manage: { exchanges: [x] }\nqueues: [{ name: q }]');
  const gateway = await openGateway({ fault: 'a cut', reaches: true, when: () => false });
  const behind = { ...env, RABBITMQ_ENDPOINT: gateway.endpoint };
  const { code, out } = await callTopo(['apply', '--yes'], folder, behind);
  gateway.close();
  expect(code, out).toBe(exit.done);
  const asked = gateway.asked.map(({ method, path }) => `${method} ${path}`);
  expect(asked.filter((each) => /^DELETE .*\/exchanges\//.test(each))).toEqual([]);
  expect(await isThere(`exchanges/${vhost}/x`)).toBe(false);
});
