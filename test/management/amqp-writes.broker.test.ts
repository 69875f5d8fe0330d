// Many writes go over AMQP, and end as they do over HTTP: what is created, what is refused, and in
// which words. A fault that takes long is in amqp-writes.long.test.ts.
import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import { Float } from '../../src/topology/value.ts';
import type { RoutingObject } from '../../src/topology/object.ts';
import { apply } from '../../src/reconcile/apply.ts';
import { noConsents } from '../../src/reconcile/consents.ts';
import { parseJson } from '../../src/topology/json.ts';
import { api, broker, freshVhost } from '../broker.ts';
import {
  binding,
  exchange,
  openTestBroker,
  proxyTo,
  queue,
  standing,
  userWith,
} from './arrange.ts';
import {
  amqpProxy,
  busyBroker,
  countQueues,
  names,
  putAll,
  putAmid,
  through,
  toStep,
} from './busy-broker.ts';

const nowhere = { AMQP_URL: 'amqp://127.0.0.1:1' };

const inOther = (texts: readonly string[], vhost: string): string[] =>
  texts.map((text) => text.replaceAll(vhost, 'vhost'));

/** One of each AMQP type that JSON can express; numbers are exact only as text. */
const table =
  '{"a":-5,"b":300,"c":9007199254740993,"d":1.0,"e":1.5,"f":1e300,"g":true,"i":"é🐇","j":[1,"x",[2.5],{}],"k":{"z":1,"a":{"b":[]}},"!":"int8","__proto__":"x"}';
const awkward = [
  'a/b ~+%🐇',
  '__proto__',
  'constructor',
  'esc \u001b[31m',
  'bidi \u202e txt',
  '...',
];

function awkwardObjects(vhost: string): RoutingObject[] {
  const all = parseJson(table) as object;
  const ends = [...awkward, 'ä'.repeat(127)].flatMap((name, n) => [
    exchange(vhost, name, { type: n % 2 ? 'headers' : 'topic', arguments: all, internal: n > 3 }),
    queue(vhost, name, { arguments: { ...all, 'x-max-length': n }, durable: n % 3 > 0 }),
    queue(vhost, `${name.slice(0, 99)}*`, { type: 'quorum', arguments: { 'x-delivery-limit': 3 } }),
  ]);
  const ways = awkward.flatMap((name) => [
    binding(vhost, name, name, { routing_key: name }),
    binding(vhost, name, name, { routing_key: 'key', arguments: all }),
    binding(vhost, name, name, { destination_type: 'exchange', arguments: { [name]: 1 } }),
    binding(vhost, 'amq.fanout', name),
  ]);
  return [...ends, ...ways];
}

test.each([
  { many: 100, way: 'HTTP', overHttp: 100 },
  { many: 101, way: 'AMQP', overHttp: 0 },
])('of $many steps all go over $way, from the first on', async ({ many, overHttp }) => {
  const vhost = await freshVhost();
  const proxy = await proxyTo();
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}` });
  const steps = names(many).map((name) => toStep(queue(vhost, name)));
  const stop = new AbortController().signal;
  const outcomes = await apply({ steps }, opened, {
    consents: noConsents,
    parallel: 64,
    drainTimeout: 0,
    stop,
  });
  expect(outcomes.filter(({ kind }) => kind === 'succeeded')).toHaveLength(many);
  expect(await countQueues(vhost)).toBe(many);
  expect(proxy.requests.filter((line) => line.startsWith('PUT '))).toHaveLength(overHttp);
});

test('awkward names and arguments of every type are stored as over HTTP', async () => {
  const [here, there] = [await freshVhost(), await freshVhost()];
  const { opened, httpWrites } = await busyBroker(here);
  const other = openTestBroker(nowhere);
  for (const object of awkwardObjects(here)) await opened.put(object);
  for (const object of awkwardObjects(there)) await other.put(object);
  expect(httpWrites()).toBe(0);
  const [overAmqp, overHttp] = [await standing(here), await standing(there)];
  expect(inOther(overAmqp, here)).toEqual(inOther(overHttp, there));
  // Equal declarations of the other way change nothing, and are not refused.
  for (const object of awkwardObjects(here)) await other.put(object);
  for (const object of awkwardObjects(there)) await opened.put(object);
  expect(await standing(here)).toEqual(overAmqp);
  expect(await standing(there)).toEqual(overHttp);
});

const tooLong = 'x'.repeat(256);
const overHttpOnly: readonly [what: string, make: (vhost: string) => RoutingObject][] = [
  ['an exchange whose name has 256 bytes', (vhost) => exchange(vhost, tooLong)],
  [
    'an integer beyond 64 bits',
    (vhost) => exchange(vhost, 'x', { arguments: { big: 12345678901234567890123n } }),
  ],
  [
    'arguments that fill more than a frame',
    (vhost) => exchange(vhost, 'x', { arguments: { text: 'x'.repeat(200_000) } }),
  ],
  [
    'a nested table of over 32 keys',
    (vhost) =>
      exchange(vhost, 'x', {
        arguments: { nested: Object.fromEntries(names(40).map((name) => [name, new Float(1)])) },
      }),
  ],
];

test.each(overHttpOnly)('%s goes over HTTP, and the next object over AMQP', async (_, make) => {
  const [vhost, other] = [await freshVhost(), await freshVhost()];
  const { opened, httpWrites } = await busyBroker(vhost);
  await opened.put(make(vhost));
  expect(httpWrites()).toBe(1);
  await opened.put(queue(vhost, 'next'));
  expect(httpWrites()).toBe(1);
  for (const object of [make(other), queue(other, 'next')])
    await openTestBroker(nowhere).put(object);
  expect(inOther(await standing(vhost), vhost)).toEqual(inOther(await standing(other), other));
});

test('a refusal among 150 declarations concerns its own object only', async () => {
  const vhost = await freshVhost();
  await api('PUT', `queues/${vhost}/q75`, { durable: true, arguments: { 'x-max-length': 5 } });
  const { opened, httpWrites } = await busyBroker(vhost);
  const { done, failed } = await putAll(
    opened,
    names(150).map((name) => queue(vhost, name)),
  );
  expect(done).toBe(149);
  expect([...failed]).toEqual([
    [
      'q75',
      expect.stringMatching(
        / has changed since planning: inequivalent arg 'x-max-length' for queue/,
      ),
    ],
  ]);
  expect(await countQueues(vhost)).toBe(150);
  expect(httpWrites()).toBe(1);
});

test('a user without the right to one object of many is told so as over HTTP', async () => {
  const vhost = await freshVhost();
  const rights = { configure: '^(?!q75$)', write: '.*', read: '.*' };
  const user = await userWith(`topo-${vhost}`, 'management', { [vhost]: rights });
  const { opened, httpWrites } = await busyBroker(vhost, user);
  const one = await putAll(openTestBroker({ ...user, ...nowhere }), [queue(vhost, 'q75')]);
  const { done, failed } = await putAll(
    opened,
    names(150).map((name) => queue(vhost, name)),
  );
  expect(done).toBe(149);
  const where = /http:\/\/[^/]+/;
  const [[name = '', words = ''] = []] = failed;
  const [[, wordsOverHttp = ''] = []] = one.failed;
  expect(name).toBe('q75');
  expect(words).toContain('401 Access refused. | user');
  expect(words.replace(where, '')).toBe(wordsOverHttp.replace(where, ''));
  expect(httpWrites()).toBe(1);
});

test('a limit of the vhost refuses what is beyond it', async () => {
  const vhost = await freshVhost();
  await api('PUT', `vhost-limits/${vhost}/max-queues`, { value: 100 });
  const { opened } = await busyBroker(vhost);
  const { done, failed } = await putAll(
    opened,
    names(180).map((name) => queue(vhost, name)),
  );
  // RabbitMQ checks the limit before it creates, and 64 requests run at once.
  expect(done).toBeGreaterThanOrEqual(100);
  expect(done).toBeLessThanOrEqual(164);
  expect(await countQueues(vhost)).toBe(done);
  for (const words of failed.values()) expect(words).toContain('queue limit');
});

test('a declaration over which RabbitMQ closes the connection costs itself only', async () => {
  const vhost = await freshVhost();
  const { opened } = await busyBroker(vhost);
  const objects: RoutingObject[] = names(120).map((name) => queue(vhost, name));
  objects[60] = exchange(vhost, 'odd', { type: 'x-nothing' });
  const { done, failed } = await putAll(opened, objects);
  expect(done).toBe(119);
  expect([...failed]).toEqual([['odd', expect.stringContaining("exchange type 'x-nothing'")]]);
  expect(await countQueues(vhost)).toBe(119);
});

test('a binding that RabbitMQ could not list is refused before it is sent', async () => {
  const vhost = await freshVhost();
  const { opened } = await busyBroker(vhost);
  const unlistable = binding(vhost, 'amq.topic', 'amq.fanout', {
    destination_type: 'exchange',
    routing_key: 'a~b',
    arguments: { x: 1 },
  });
  await expect(opened.put(unlistable)).rejects.toThrow("RabbitMQ can't list a binding");
});

test('a cut of AMQP amid declarations: HTTP does what is left', () => putAmid('cut'));

test('after 100 writes the next ones go over AMQP', async () => {
  const vhost = await freshVhost();
  const proxy = await proxyTo();
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}` });
  const queues = names(101).map((name) => queue(vhost, name));
  await putAll(opened, queues);
  const before = proxy.requests.length;
  await opened.put(queue(vhost, 'next'));
  expect(proxy.requests.slice(before).filter((line) => line.startsWith('PUT '))).toEqual([]);
  expect(await countQueues(vhost)).toBe(102);
});

test.each([
  { what: 'nothing listens on the AMQP port', arrange: () => Promise.resolve(nowhere) },
  {
    what: 'the AMQP port says nothing',
    arrange: async () => {
      const proxy = await amqpProxy();
      proxy.blackHole();
      return through(proxy);
    },
  },
  {
    what: 'AMQP knows the user by another password',
    arrange: () => Promise.resolve({ AMQP_URL: broker.amqpUrl.replace(/:[^:@]+@/, ':wrong@') }),
  },
])('HTTP does it all, without a long wait, if $what', async ({ arrange }) => {
  const vhost = await freshVhost();
  const opened = openTestBroker(await arrange());
  const since = performance.now();
  const objects = names(200).map((name) => queue(vhost, name));
  expect(await putAll(opened, objects)).toEqual({ done: 200, failed: new Map() });
  await opened.close();
  expect(performance.now() - since).toBeLessThan(15_000);
  expect(await countQueues(vhost)).toBe(200);
});

test('nothing is written with the rights of another user of AMQP', async () => {
  const vhost = await freshVhost();
  const rights = { configure: '^$', write: '.*', read: '.*' };
  const user = await userWith(`topo-${vhost}`, 'management', { [vhost]: rights });
  const { opened } = await busyBroker(vhost, { ...user, AMQP_URL: broker.amqpUrl });
  const { done, failed } = await putAll(
    opened,
    names(50).map((name) => queue(vhost, name)),
  );
  expect({ done, failed: failed.size }).toEqual({ done: 0, failed: 50 });
});

test('many exchanges and bindings are deleted over AMQP, gone ones among them', async () => {
  const vhost = await freshVhost();
  const { opened, httpWrites } = await busyBroker(vhost);
  const [exchanges, queues] = [names(50, 'x'), names(50)];
  for (const name of exchanges) await opened.put(exchange(vhost, name));
  for (const name of queues) await opened.put(queue(vhost, name));
  for (const [n, name] of queues.entries())
    await opened.put(binding(vhost, `x${n}`, name, { routing_key: n === 0 ? '' : `k ~${n}` }));
  const { objects } = await opened.readLive(new Set([vhost]));
  const bound = [...objects.values()].filter((object) => object.kind === 'binding');
  await Promise.all(bound.map((one) => opened.unbind(one)));
  for (const one of bound.slice(0, 2)) await opened.unbind(one);
  for (const name of [...exchanges, 'x1'])
    await opened.delete(exchange(vhost, name), 'lose-nothing');
  expect(httpWrites()).toBe(0);
  expect(inOther(await standing(vhost), vhost)).toEqual(
    [...queues].sort().map((name) => expect.stringContaining(`"${name}"`) as string),
  );
});

test('a binding whose arguments have types that JSON does not tell is unbound, too', async () => {
  const vhost = await freshVhost();
  const url = new URL(broker.amqpUrl);
  url.pathname = vhost;
  const model = await connect(url.href);
  const channel = await model.createChannel();
  await channel.bindExchange('amq.fanout', 'amq.headers', 'k', {
    short: { '!': 'short', value: 5 },
  });
  await model.close();
  const { opened, httpWrites } = await busyBroker(vhost);
  const { objects } = await opened.readLive(new Set([vhost]));
  for (const object of objects.values()) if (object.kind === 'binding') await opened.unbind(object);
  expect(httpWrites()).toBe(1);
  expect(inOther(await standing(vhost), vhost)).toEqual([]);
});
