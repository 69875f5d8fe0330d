// Which queues a message reaches: cases, and a comparison with a plain model of topics.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Routing } from '../../src/topology/routing.ts';
import { TopicTrie } from '../../src/topology/topic-trie.ts';
import { objectsOf, queueNames, reached, type Bound, type World } from './routing-world.ts';

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

/** Follows the definition, word by word. */
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

test('a pattern of many # stays fast', () => {
  const trie = new TopicTrie<number>();
  trie.add(Array.from({ length: 100 }, () => '#').join('.'), 1);
  trie.add(Array.from({ length: 60 }, () => '#.a').join('.'), 2);
  expect([...trie.match(Array.from({ length: 100 }, () => 'b').join('.'))]).toEqual([1]);
});
