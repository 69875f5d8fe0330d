// topo migrate, topo plan, topo apply: from classic to quorum queues on a real broker.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isWithin } from '../../src/topology/versions.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { version } from '../version.ts';
import { callTopo } from './topo.ts';

let folder: string;
let vhost: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-migrate-'));
  vhost = await freshVhost();
});
afterEach(() => rm(folder, { recursive: true }));

const file = (name = 'topology.yaml') => join(folder, name);
const write = (text: string, name?: string) => writeFile(file(name), `vhost: ${vhost}\n${text}`);
const read = (name?: string) => readFile(file(name), 'utf8');
const topo = (...args: readonly string[]) => callTopo(args, folder, env);
const isOld = isWithin(version, { until: '4.0' });

interface QueueRow {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}
async function listQueues(): Promise<QueueRow[]> {
  const rows = (await api('GET', `queues/${vhost}?disable_stats=true`)) as QueueRow[];
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

test('empty queues become quorum queues, and keep their bindings', async () => {
  await write(`exchanges:
  - { name: orders, type: topic }
queues:
  - { name: eu, arguments: { x-max-priority: 5, x-message-ttl: 60000 } }
  - for_each: { n: '1..2' }
    name: worker_\${n}
bindings:
  - { source: orders, destination: eu, routing_key: eu.# }
`);
  expect(await topo('apply', '--yes')).toMatchObject({ code: 0 });
  await api('POST', `bindings/${vhost}/e/amq.topic/q/eu`, { routing_key: 'theirs' });
  const { code, out } = await topo('migrate', '--to', 'quorum', '--yes');
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining(`(RabbitMQ ${version} at ${broker.endpoint}`) as string,
  });
  expect(out).toContain('Migrate: 3 queues become quorum queues');
  expect(out).toContain('the broker has 1 node');
  expect(await topo('plan')).toMatchObject({
    out: expect.stringContaining('3 to replace') as string,
  });
  expect(await topo('apply', '--yes')).toMatchObject({ code: 0 });
  expect(await topo('plan', '--detailed-exitcode')).toMatchObject({ code: 0 });
  expect((await listQueues()).map((row) => [row.name, row.arguments])).toEqual([
    ['eu', { 'x-queue-type': 'quorum', 'x-message-ttl': 60000 }],
    ['worker_1', { 'x-queue-type': 'quorum' }],
    ['worker_2', { 'x-queue-type': 'quorum' }],
  ]);
  const bindings = (await api('GET', `queues/${vhost}/eu/bindings`)) as { routing_key: string }[];
  expect(bindings.map(({ routing_key }) => routing_key).sort()).toEqual(['eu', 'eu.#', 'theirs']);
});

test('a queue keeps the messages that it holds, in their order', { timeout: 120_000 }, async () => {
  await write(`exchanges:
  - { name: shop, type: fanout }
queues:
  - { name: orders }
bindings:
  - { source: shop, destination: orders }
`);
  expect(await topo('apply', '--yes')).toMatchObject({ code: 0 });
  const connection = await connect(`${broker.amqpUrl}/${vhost}`);
  atEnd(() => connection.close());
  const channel = await connection.createConfirmChannel();
  const sent = Array.from({ length: 50 }, (_, n) => String(n));
  for (const text of sent) channel.publish('shop', '', Buffer.from(text), { persistent: true });
  await channel.waitForConfirms();
  expect(await topo('migrate', '--to', 'quorum', '--yes')).toMatchObject({ code: 0 });
  expect(await topo('apply', '--yes')).toMatchObject({ code: 0 });
  expect((await listQueues()).map((row) => row.arguments)).toEqual([{ 'x-queue-type': 'quorum' }]);
  const got: string[] = [];
  for (let message = await channel.get('orders'); message !== false;) {
    got.push(message.content.toString());
    channel.ack(message);
    message = await channel.get('orders');
  }
  expect(got).toEqual(sent);
  expect(await topo('plan', '--detailed-exitcode')).toMatchObject({ code: 0 });
});

describe('what the broker shows is said', { timeout: 60_000 }, () => {
  test('of consumers', async () => {
    await write('queues:\n  - { name: orders }\n');
    const connection = await connect(`${broker.amqpUrl}/${vhost}`);
    atEnd(() => connection.close());
    const channel = await connection.createChannel();
    await channel.assertQueue('orders');
    await channel.prefetch(5, true);
    await channel.consume('orders', () => undefined, { exclusive: true });
    const told = async () => (await topo('migrate', '--to', 'quorum')).out;
    await expect.poll(told).toContain('its consumer is exclusive');
    const prefetch = isOld ? 'for its whole channel' : '[unseen-prefetch]';
    if (isWithin(version, { until: '4.3' })) await expect.poll(told).toContain(prefetch);
  });

  test.runIf(isOld)('of mirrors', async () => {
    await write('queues:\n  - { name: orders }\n');
    await api('PUT', `policies/${vhost}/ha-all`, {
      pattern: '.*',
      definition: { 'ha-mode': 'all', 'message-ttl': 60_000 },
    });
    const { out } = await topo('migrate', '--to', 'quorum');
    expect(out).toContain(
      'policy "ha-all" no longer applies, nor does its message-ttl: quorum queues take no policy with ha-mode',
    );
  });

  test('of a vhost whose queues are quorum queues by default', async () => {
    const other = `${vhost}-quorum`;
    await api('PUT', `vhosts/${other}`, {
      [isOld ? 'defaultqueuetype' : 'default_queue_type']: 'quorum',
    });
    atEnd(() => api('DELETE', `vhosts/${other}`));
    const all = { configure: '.*', write: '.*', read: '.*' };
    await api('PUT', `permissions/${other}/${broker.username}`, all);
    await writeFile(file(), `vhost: ${other}\nqueues:\n  - { name: orders }\n`);
    const { out } = await topo('migrate', '--to', 'quorum');
    expect(out).toContain('Migrate: 0 queues become quorum queues · 1 already is');
  });
});

test('several files are written, each with its own mode', async () => {
  await write('queues:\n  - { name: a }\n', 'a.yaml');
  await write('# nothing to do\nexchanges:\n  - { name: e, type: fanout }\n', 'b.yaml');
  await write('queues:\n  - { name: c }\n', 'c.yaml');
  const { mode } = await stat(file('c.yaml'));
  const files = ['a.yaml', 'b.yaml', 'c.yaml'];
  const { code, out } = await topo(
    'migrate',
    '--to',
    'quorum',
    '--yes',
    '--format',
    'json',
    ...files,
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    written: true,
    broker: { version },
    going: [`queues/${vhost}/a`, `queues/${vhost}/c`],
    files: [
      { file: 'a.yaml', changed: true },
      { file: 'b.yaml', changed: false, diff: null },
      { file: 'c.yaml', changed: true },
    ],
  });
  expect(await read('c.yaml')).toContain('x-queue-type: quorum');
  expect((await stat(file('c.yaml'))).mode).toBe(mode);
});

describe('nothing is written', () => {
  test('if a file can’t be', async () => {
    await write('queues:\n  - { name: a }\n', 'a.yaml');
    const { err, code } = await callTopo(
      ['migrate', '--to', 'quorum', '--yes', 'a.yaml', '/proc/self/nothing.yaml'],
      folder,
      env,
    );
    expect({ code, err }).toMatchObject({ code: 3 });
    expect(await read('a.yaml')).not.toContain('quorum');
  });

  test('on another broker than the files are for', async () => {
    await write('expect: { cluster_name: elsewhere }\nqueues:\n  - { name: a }\n');
    const { code } = await topo('migrate', '--to', 'quorum', '--yes');
    expect(code).toBe(4);
    expect(await read()).not.toContain('quorum');
  });
});

test('without a broker, the files alone decide, and that is said', async () => {
  await write('queues:\n  - { name: a }\n');
  const away = { ...env, RABBITMQ_ENDPOINT: 'http://127.0.0.1:1' };
  const { code, out, err } = await callTopo(['migrate', '--to', 'quorum', '--yes'], folder, away);
  expect(code).toBe(0);
  expect(err).toContain('topo goes by the files alone');
  expect(out).toContain('by the files alone: no broker was asked');
  expect(await read()).toContain('x-queue-type: quorum');
});
