import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import type { LiveObject } from '../../src/topology/live.ts';
import { Float } from '../../src/topology/value.ts';
import { broker, freshVhost } from '../broker.ts';
import { isBefore } from '../version.ts';
import {
  binding,
  exchange,
  forward,
  openTestBroker,
  proxyTo,
  queue,
  quorumVhost,
  serve,
  userWith,
} from './arrange.ts';

async function readOne(vhost: string, address: string): Promise<LiveObject | undefined> {
  return (await openTestBroker().readLive(new Set([vhost]))).objects.get(address);
}

test('an empty vhost holds the predefined exchanges, marked as system, and no default exchange', async () => {
  const vhost = await freshVhost();
  const { broker: info, vhosts, objects } = await openTestBroker().readLive(new Set([vhost]));
  expect(info.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(info.exchange_types).toContain('headers');
  expect([...vhosts.values()]).toEqual([{ name: vhost, default_queue_type: 'classic' }]);
  const names = [...objects.values()].map((object) => object.kind === 'exchange' && object.name);
  expect(names.sort()).toEqual(
    ['direct', 'fanout', 'headers', 'match', 'rabbitmq.trace', 'topic'].map(
      (name) => `amq.${name}`,
    ),
  );
  expect([...objects.values()].every((object) => object.kind === 'exchange' && object.system)).toBe(
    true,
  );
});

test('objects come back as they were put', async () => {
  const vhost = await freshVhost();
  const opened = openTestBroker();
  const args = {
    'x-max-length': 9007199254740993n,
    int: 1,
    float: new Float(1),
    fraction: 1.5,
    nested: { list: [1, 'two', true] },
    ['__proto__']: 'a name like any other',
  };
  const x = exchange(vhost, 'x', { type: 'headers', auto_delete: true, arguments: args });
  const q = queue(vhost, 'q', { arguments: args });
  const b = binding(vhost, 'x', 'q', { routing_key: 'key', arguments: args });
  for (const object of [x, q]) await opened.put(object);
  await opened.put(b);
  const { objects } = await opened.readLive(new Set([vhost]));
  const found = [...objects.values()].filter((object) => !('system' in object && object.system));
  expect(found).toEqual([
    x,
    { ...q, ready: 0, unacked: 0, consumers: 0 },
    { ...b, properties_key: expect.stringMatching(/^key~/) as string },
  ]);
});

test('a snapshot is as many requests, whatever it holds', async () => {
  const vhost = await freshVhost();
  const proxy = await proxyTo();
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}` });
  const counted = async (vhosts?: ReadonlySet<string>): Promise<number> => {
    const before = proxy.answered.length;
    await opened.readLive(vhosts);
    return proxy.answered.length - before;
  };
  const counts = [await counted(new Set([vhost]))];
  const names = Array.from({ length: 40 }, (_, n) => `q${n}`);
  await Promise.all(names.map((name) => openTestBroker().put(queue(vhost, name))));
  counts.push(
    await counted(new Set([vhost])),
    await counted(new Set([vhost, '/'])),
    await counted(),
  );
  // Since 3.13, RabbitMQ also tells which deprecated features it denies; since 4.1, which quorum
  // queues have no leader, if other tests have left any among all vhosts.
  const each = isBefore(3, 13) ? 8 : 9;
  expect(counts.slice(0, 3)).toEqual([each, each, each]);
  expect([each, isBefore(4, 1) ? each : each + 1]).toContain(counts[3]);
});

test('several vhosts, and only those', async () => {
  const [one, two, three] = [await freshVhost(), await freshVhost(), await freshVhost()];
  const opened = openTestBroker();
  for (const vhost of [one, two, three]) await opened.put(exchange(vhost, 'x'));
  const { vhosts, objects } = await opened.readLive(new Set([one, two, 'not-there']));
  expect([...vhosts.keys()].sort()).toEqual([one, two].sort());
  const own = [...objects.keys()].filter((address) => address.endsWith('/x'));
  expect(own.sort()).toEqual([`exchanges/${one}/x`, `exchanges/${two}/x`].sort());
});

test('a missing vhost is left out', async () => {
  const { vhosts, objects } = await openTestBroker().readLive(new Set(['not-there']));
  expect([vhosts.size, objects.size]).toEqual([0, 0]);
});

test('a vhost deleted during the listing is left out', async () => {
  const vhost = await freshVhost();
  const { username, password } = broker;
  const endpoint = await serve((request, response) => {
    if (request.url !== '/api/vhosts?disable_stats=true') void forward(request, response);
    else response.end(JSON.stringify([[], { name: vhost }, { recv_oct: 0, send_oct: 0 }]));
  });
  const who = { RABBITMQ_USERNAME: username, RABBITMQ_PASSWORD: password };
  const { vhosts } = await openTestBroker({ RABBITMQ_ENDPOINT: endpoint, ...who }).readLive();
  expect([...vhosts.keys()]).toEqual([vhost]);
});

test('a user with the tag management and one vhost sees that one, and nothing of others', async () => {
  const [mine, other] = [await freshVhost(), await freshVhost()];
  for (const vhost of [mine, other]) await openTestBroker().put(queue(vhost, 'q'));
  const rights = { [mine]: { configure: '', write: '', read: '' } };
  const opened = openTestBroker(await userWith('snapshot-reader', 'management', rights));
  const all = await opened.readLive();
  expect([...all.vhosts.keys()]).toEqual([mine]);
  expect([...all.objects.keys()]).toContain(`queues/${mine}/q`);
  expect([...(await opened.readLive(new Set([mine]))).objects.keys()]).toEqual([
    ...all.objects.keys(),
  ]);
  expect((await opened.readLive(new Set([other]))).vhosts.size).toBe(0);
  expect([...(await opened.readLive(new Set([mine, other]))).vhosts.keys()]).toEqual([mine]);
});

test('exclusive queues and those of plugins are marked as system', async () => {
  const vhost = await freshVhost();
  const url = new URL(broker.amqpUrl);
  url.pathname = encodeURIComponent(vhost);
  const model = await connect(url.href);
  const channel = await model.createChannel();
  await channel.assertQueue('mine alone', { exclusive: true, durable: false });
  const { queue: served } = await channel.assertQueue('', { durable: true });
  for (const name of [
    'mqtt-subscription-1',
    'federation: x',
    'topo.lock',
    'topo.locker',
    'plain',
  ]) {
    await channel.assertQueue(name);
  }
  const { objects } = await openTestBroker().readLive(new Set([vhost]));
  await model.close();
  const queues = [...objects.values()].filter((object) => object.kind === 'queue');
  const own = queues.filter(({ system }) => !system).map(({ name }) => name);
  expect(own.sort()).toEqual(['plain', 'topo.locker']);
  expect(queues.map(({ name }) => name)).toContain(served);
});

test('types, counts and consumers', async () => {
  const vhost = await freshVhost();
  const types = ['classic', 'quorum', 'stream'];
  for (const type of types) await openTestBroker().put(queue(vhost, type, { type }));
  const url = new URL(broker.amqpUrl);
  url.pathname = encodeURIComponent(vhost);
  const model = await connect(url.href);
  const channel = await model.createConfirmChannel();
  for (let n = 0; n < 3; n++)
    channel.sendToQueue('classic', Buffer.from('x'), { persistent: true });
  await channel.waitForConfirms();
  await channel.get('classic');
  await channel.consume('quorum', () => undefined);
  await expect
    .poll(async () => (await readOne(vhost, `queues/${vhost}/quorum`)) ?? {}, {
      timeout: 15_000,
      interval: 500,
    })
    .toMatchObject({ consumers: 1 });
  const { objects } = await openTestBroker().readLive(new Set([vhost]));
  await model.close();
  const shown = types.map((type) => objects.get(`queues/${vhost}/${type}`));
  expect(shown).toMatchObject([
    { type: 'classic', ready: 2, unacked: 1, consumers: 0, state: 'running' },
    { type: 'quorum', ready: 0, unacked: 0, consumers: 1, state: 'running' },
    { type: 'stream', ready: undefined, unacked: undefined, consumers: 0, state: 'running' },
  ]);
});

test('the default queue type of a vhost', async () => {
  const vhost = await quorumVhost();
  const { vhosts } = await openTestBroker().readLive(new Set([vhost]));
  expect(vhosts.get(vhost)?.default_queue_type).toBe('quorum');
});

test('a count that is not a number is unknown', async () => {
  const vhost = await freshVhost();
  await openTestBroker().put(queue(vhost, 'q'));
  const { username, password } = broker;
  const endpoint = await serve((request, response) => {
    const row = { vhost, name: 'q', durable: true, auto_delete: false, arguments: {} };
    if (!request.url?.startsWith('/api/queues')) void forward(request, response);
    else response.end(JSON.stringify([{ ...row, messages_ready: '1', state: 5 }]));
  });
  const who = { RABBITMQ_USERNAME: username, RABBITMQ_PASSWORD: password };
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: endpoint, ...who });
  const { objects } = await opened.readLive(new Set([vhost]));
  expect(objects.get(`queues/${vhost}/q`)).toMatchObject({ ready: undefined, state: 'unknown' });
});
