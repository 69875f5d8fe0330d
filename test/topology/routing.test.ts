// Which queues a message reaches: by cases, against a plain model of topics, and against the broker itself.
import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  normalizeBinding,
  normalizeExchange,
  normalizeQueue,
} from '../../src/topology/normal-form.ts';
import type { TopologyObject } from '../../src/topology/object.ts';
import { Routing } from '../../src/topology/routing.ts';
import { TopicTrie } from '../../src/topology/topic-trie.ts';
import { broker, freshVhost } from '../broker.ts';

type Bound = readonly [source: string, destination: string, key?: string, args?: object];

interface World {
  /** Names that begin with e are exchanges, with q queues. */
  readonly exchanges: readonly (readonly [
    name: string,
    type: string,
    alternate?: string | undefined,
  ])[];
  readonly bindings: readonly Bound[];
}

const queueNames = ['q0', 'q1', 'q2', 'q3'];

function objectsOf({ exchanges, bindings }: World): TopologyObject[] {
  return [
    ...exchanges.map(([name, type, alternate]) =>
      normalizeExchange({ name, type, arguments: alternateOf(alternate) }, '/'),
    ),
    ...queueNames.map((name) => normalizeQueue({ name }, '/')),
    ...bindings.map(([source, destination, routing_key = '', args = {}]) =>
      normalizeBinding(
        {
          ...{ source, destination, routing_key, arguments: args },
          destination_type: destination.startsWith('e') ? 'exchange' : 'queue',
        },
        '/',
      ),
    ),
  ];
}

const alternateOf = (alternate?: string): object =>
  alternate === undefined ? {} : { 'alternate-exchange': alternate };

const reached = (world: World, exchange: string, key: string): string[] =>
  [...new Routing(objectsOf(world), '/').queuesFor(exchange, key)].sort();

const direct = (...bindings: Bound[]): World => ({ exchanges: [['e0', 'direct']], bindings });
const topic = (...keys: string[]): World => ({
  exchanges: [['e0', 'topic']],
  bindings: keys.map((key, n) => ['e0', `q${n}`, key]),
});
const headers = (args: object): World => ({
  exchanges: [['e0', 'headers']],
  bindings: [['e0', 'q0', '', args]],
});

const cases: [string, World, string, string, string[]][] = [
  ['direct takes the equal key', direct(['e0', 'q0', 'a'], ['e0', 'q1', 'b']), 'e0', 'a', ['q0']],
  ['direct takes * as a letter', direct(['e0', 'q0', '*']), 'e0', 'a', []],
  ['one key, two queues', direct(['e0', 'q0', 'a'], ['e0', 'q1', 'a']), 'e0', 'a', ['q0', 'q1']],
  [
    'a queue bound twice is reached once',
    direct(['e0', 'q0', 'a'], ['e0', 'q0', 'a', { n: 1 }]),
    'e0',
    'a',
    ['q0'],
  ],
  ['* is one word', topic('a.*'), 'e0', 'a.b', ['q0']],
  ['* is not two words', topic('a.*'), 'e0', 'a.b.c', []],
  ['* is not none', topic('a.*'), 'e0', 'a', []],
  ['* may be an empty word', topic('a.*'), 'e0', 'a.', ['q0']],
  ['# is none, one and many', topic('#', 'a.#', 'a.#.c', '#.c'), 'e0', 'a.b.c', queueNames],
  ['# between words may be none', topic('a.#.c'), 'e0', 'a.c', ['q0']],
  ['an empty key has no words', topic('', '#', '*'), 'e0', '', ['q0', 'q1']],
  ['the default exchange knows every queue', direct(), '', 'q3', ['q3']],
  ['the default exchange knows no others', direct(), '', 'q9', []],
  ['headers: all of none', headers({}), 'e0', 'a', ['q0']],
  ['headers: x- is not looked at', headers({ 'x-match': 'all', 'x-h': 1 }), 'e0', 'a', ['q0']],
  ['headers: x- is looked at', headers({ 'x-match': 'all-with-x', 'x-h': 1 }), 'e0', 'a', []],
  ['headers: one is asked for', headers({ h: 1 }), 'e0', 'a', []],
  ['headers: any of none', headers({ 'x-match': 'any' }), 'e0', 'a', []],
  [
    'exchanges in a circle are passed once',
    {
      exchanges: [
        ['e0', 'fanout'],
        ['e1', 'fanout'],
      ],
      bindings: [
        ['e0', 'e1'],
        ['e1', 'e0'],
        ['e0', 'e0'],
        ['e1', 'q1'],
        ['e0', 'q0'],
      ],
    },
    'e0',
    'a',
    ['q0', 'q1'],
  ],
  [
    'the alternate takes what nothing matches',
    {
      exchanges: [
        ['e0', 'direct', 'e1'],
        ['e1', 'fanout'],
      ],
      bindings: [
        ['e0', 'q0', 'a'],
        ['e1', 'q1'],
      ],
    },
    'e0',
    'b',
    ['q1'],
  ],
  [
    'an exchange that leads nowhere is a match all the same',
    {
      exchanges: [
        ['e0', 'fanout', 'e1'],
        ['e1', 'fanout'],
        ['e2', 'fanout'],
      ],
      bindings: [
        ['e0', 'e2'],
        ['e1', 'q1'],
      ],
    },
    'e0',
    'b',
    [],
  ],
  ['an exchange of a plugin', { exchanges: [['e0', 'x-random']], bindings: [] }, 'e0', '', []],
  ['amq.fanout', { exchanges: [], bindings: [['amq.fanout', 'q2']] }, 'amq.fanout', 'x', ['q2']],
];

test.each(cases)('%s', (_, world, exchange, key, queues) => {
  expect(reached(world, exchange, key)).toEqual(queues);
});

test('another vhost has its own exchanges and queues', () => {
  const objects = objectsOf(direct(['e0', 'q0', 'a']));
  expect([...new Routing(objects, 'other').queuesFor('e0', 'a')]).toEqual([]);
});

const words = fc.constantFrom('a', 'b', '', '*', '#', '');
const patterns = fc.array(words, { maxLength: 5 }).map((list) => list.join('.'));

/** By the book, word by word. */
function matches(pattern: readonly string[], key: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return key.length === 0;
  const [, ...others] = key;
  if (first === '#') return matches(rest, key) || (key.length > 0 && matches(pattern, others));
  return key.length > 0 && (first === '*' || first === key[0]) && matches(rest, others);
}

test('topics match as a plain model does', () => {
  const split = (text: string): string[] => (text === '' ? [] : text.split('.'));
  fc.assert(
    fc.property(fc.uniqueArray(patterns, { maxLength: 20 }), patterns, (bound, key) => {
      const trie = new TopicTrie<string>();
      for (const pattern of bound) trie.add(pattern, pattern);
      const expected = bound.filter((pattern) => matches(split(pattern), split(key)));
      expect([...trie.match(key)].sort()).toEqual(expected.sort());
    }),
    { numRuns: 2000 },
  );
});

test('a pattern of many # is no trap', () => {
  const trie = new TopicTrie<number>();
  trie.add(Array.from({ length: 100 }, () => '#').join('.'), 1);
  trie.add(Array.from({ length: 60 }, () => '#.a').join('.'), 2);
  expect([...trie.match(Array.from({ length: 100 }, () => 'b').join('.'))]).toEqual([1]);
});

describe('the broker routes as we say', () => {
  const exchangeNames = ['e0', 'e1', 'e2', 'e3'];
  const exchange = fc.constantFrom(...exchangeNames);
  const key = fc.constantFrom(
    '',
    'a',
    'b',
    'a.b',
    'a.',
    '.',
    'a.b.c',
    '*',
    '#',
    'a.*',
    'a.#',
    '#.b',
  );
  const args = fc.constantFrom(
    {},
    { 'x-match': 'all' },
    { 'x-match': 'any' },
    { h: 1 },
    { 'x-h': 1 },
    { 'x-match': 'all', 'x-h': 1 },
    { 'x-match': 'all-with-x' },
    { 'x-match': 'all-with-x', 'x-h': 1 },
    { 'x-match': 'any-with-x', 'x-h': 1 },
  );
  const destination = fc.oneof(
    { arbitrary: fc.constantFrom(...queueNames), weight: 2 },
    { arbitrary: exchange, weight: 1 },
  );
  const worlds: fc.Arbitrary<World> = fc.record({
    exchanges: fc.tuple(
      ...exchangeNames.map((name) =>
        fc.tuple(
          fc.constant(name),
          fc.constantFrom('direct', 'fanout', 'topic', 'topic', 'headers'),
          fc.option(fc.constantFrom(...exchangeNames, 'nowhere', 'amq.fanout'), { nil: undefined }),
        ),
      ),
    ),
    bindings: fc.array(fc.tuple(exchange, destination, key, args), {
      minLength: 3,
      maxLength: 12,
    }),
  });
  const sample = fc.sample(worlds, { numRuns: 40, seed: 20261123 });
  const sent = fc.sample(
    fc.tuple(fc.constantFrom(...exchangeNames, ''), fc.oneof(key, fc.constantFrom(...queueNames))),
    {
      ...{ numRuns: 25, seed: 7 },
    },
  );

  let connection: ChannelModel;
  let channel: ConfirmChannel;
  beforeAll(async () => {
    const url = new URL(broker.amqpUrl);
    url.pathname = `/${await freshVhost()}`;
    connection = await connect(url.href);
    channel = await connection.createConfirmChannel();
  });
  afterAll(() => connection.close());

  test.each(sample.map((world, n) => [n, world] as const))('world %i', async (_, world) => {
    await declare(channel, world);
    const returned = new Set<string>();
    const note = (message: { content: Buffer }) => returned.add(message.content.toString());
    channel.on('return', note);
    for (const [n, [source, routing_key]] of sent.entries()) {
      channel.publish(source, routing_key, Buffer.from(String(n)), { mandatory: true });
    }
    await channel.waitForConfirms();
    const found = await drained(channel);
    channel.off('return', note);
    for (const [n, [source, routing_key]] of sent.entries()) {
      const queues = queueNames.filter((name) => found.get(name)?.includes(String(n)));
      const what = `${source} ← ${routing_key}: ${JSON.stringify(world)}`;
      expect(reached(world, source, routing_key), what).toEqual(queues);
      expect(returned.has(String(n)), what).toBe(queues.length === 0);
    }
    await removeAll(channel, world);
  });
});

async function declare(channel: Channel, { exchanges, bindings }: World): Promise<void> {
  for (const [name, type, alternate] of exchanges) {
    await channel.assertExchange(name, type, { arguments: alternateOf(alternate) });
  }
  for (const name of queueNames) await channel.assertQueue(name);
  for (const [source, destination, key = '', args] of bindings) {
    if (destination.startsWith('e')) await channel.bindExchange(destination, source, key, args);
    else await channel.bindQueue(destination, source, key, args);
  }
}

/** The bodies in each queue. Each message was confirmed, so it is there. */
async function drained(channel: Channel): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const name of queueNames) {
    const bodies: string[] = [];
    for (let each = await channel.get(name, { noAck: true }); each !== false;) {
      bodies.push(each.content.toString());
      each = await channel.get(name, { noAck: true });
    }
    found.set(name, bodies);
  }
  return found;
}

async function removeAll(channel: Channel, { exchanges }: World): Promise<void> {
  for (const [name] of exchanges) await channel.deleteExchange(name);
  for (const name of queueNames) await channel.deleteQueue(name);
}
