// What is made of a dead letter, whatever stands in its headers: anybody who may publish to the
// queue writes letters, too.
import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, test } from 'vitest';
import { renderLetter } from '../../../src/cli/harness/letters-text.ts';
import { readLetter } from '../../../src/harness/dead/letter.ts';
import { renderJson } from '../../../src/topology/json.ts';
import { atEffort } from '../../effort.ts';

const content = Buffer.from('{"version":1,"id":"a"}');
const read = (headers: unknown) => readLetter({ content, properties: { headers } });
const nothing = {
  ...{ id: 'a', attempts: null, verdict: 'broker', error: 'nothing says why', worker: null },
  ...{ queue: null, from: null, time: null, task: {} },
};

describe('deaths that are none', () => {
  test.each([
    ['a number', 5],
    ['text', 'expired'],
    ['no death', []],
    ['a number in a list', [5]],
    ['nothing in a list', [null]],
    ['a death that is a list', [[]]],
    ['a table', { 0: { queue: 'w1' } }],
    ['other types', [{ queue: 5, reason: [], exchange: null, 'routing-keys': 'k', time: 5 }]],
    ['a time that is text', [{ time: { '!': 'timestamp', value: 'zz' } }]],
    ['a time that is no time', [{ time: { '!': 'timestamp', value: 1e300 } }]],
    ['a time that converts to nothing', [{ time: { value: { valueOf: 5, toString: 5 } } }]],
    ['keys that are no text', [{ exchange: 'e', 'routing-keys': [5] }]],
    ['an exchange without a key', [{ exchange: 'e', 'routing-keys': [] }]],
  ])('%s', (_, deaths) => {
    expect(read({ 'x-death': deaths })).toEqual(nothing);
  });

  test.each([['nothing'], [5], [null], [[]]])('headers that are %j', (headers) => {
    expect(read(headers)).toEqual(nothing);
  });
});

test('a death of the broker', () => {
  const death = {
    ...{ queue: 'w2', reason: 'expired', exchange: 'jobs', 'routing-keys': ['k2'], count: 1 },
    time: { '!': 'timestamp', value: 1_795_737_600 },
  };
  expect(read({ 'x-death': [death, 5], 'x-delivery-count': 2 })).toEqual({
    ...{ id: 'a', attempts: 2, verdict: 'broker', error: 'the broker: expired', worker: null },
    ...{ queue: 'w2', from: { exchange: 'jobs', routing_key: 'k2' } },
    ...{ time: '2026-11-27T00:00:00.000Z', task: {} },
  });
});

test('a death of a worker, as somebody else may write it', () => {
  const headers = {
    'x-topo-verdict': 'poison',
    'x-topo-attempt': -1,
    'x-topo-error': 'e'.repeat(100_000),
    'x-topo-worker': { name: 'w' },
    'x-topo-exchange': 'jobs',
    'x-topo-time': 'yesterday',
  };
  expect(read(headers)).toEqual({
    ...{ id: 'a', attempts: null, verdict: 'poison', error: 'e'.repeat(4_000), worker: null },
    ...{ queue: null, from: null, time: null, task: {} },
  });
});

test('an id that no task may have is not one', () => {
  const long = Buffer.from(JSON.stringify({ id: 'i'.repeat(256) }));
  expect(readLetter({ content: long, properties: {} }).id).toMatch(/^sha256:[0-9a-f]{16}$/);
  expect(readLetter({ content, properties: { messageId: 5 } }).id).toBe('a');
});

test('a law: every letter can be read and shown', () => {
  const names = ['x-death', 'x-topo-verdict', 'x-topo-time', 'x-topo-exchange', 'x-topo-attempt'];
  const anything = fc.anything({ withBigInt: false, withSparseArray: false });
  const headers = fc.oneof(anything, fc.dictionary(fc.constantFrom(...names), anything));
  const deaths = fc.array(
    fc.dictionary(
      fc.constantFrom('time', 'reason', 'queue', 'exchange', 'routing-keys', 'value'),
      anything,
    ),
  );
  const messages = fc.record({
    content: fc.oneof(fc.json(), fc.string()).map((text) => Buffer.from(text)),
    properties: fc.record({
      headers: fc.oneof(headers, fc.record({ 'x-death': deaths })),
      messageId: anything,
    }),
  });
  fc.assert(
    fc.property(messages, (message) => {
      const letter = readLetter(message);
      expect(JSON.parse(renderJson(letter))).toEqual(JSON.parse(JSON.stringify(letter)));
      expect(renderLetter(letter, pc.createColors(false)).split('\n')).toHaveLength(3);
    }),
    { numRuns: atEffort(500) },
  );
});
