// The ack table, row by row, without a broker.
import { expect, test } from 'vitest';
import { usualBackoff } from '../../../src/harness/work/backoff.ts';
import {
  settlementOf,
  type Circumstances,
  type Outcome,
} from '../../../src/harness/work/settlement.ts';
import type { Result } from '../../../src/harness/messaging/result.generated.ts';

const time = '2026-11-23T09:00:00.000Z';
const result: Result = {
  ...{ version: 1, task: 't', worker: 'w', attempt: 1, started_at: time, finished_at: time },
};
const short = { queue: 'short', exchange: 'short', delay: 1_000 };
const long = { queue: 'long', exchange: 'long', delay: 10_000 };
const usual: Circumstances = {
  ...{ isHeld: true, attempt: 1, max_attempts: 3, isDraining: false, returnsByKey: true },
  ...{ results: 'results', dead_letter: 'dead', retries: [short, long] },
  backoff: usualBackoff,
};
const failed = (verdict: 'retryable' | 'poison' | 'fatal'): Outcome => ({
  ...{ kind: 'failed', verdict, error: 'why' },
});
const invalid: Outcome = { kind: 'invalid', error: 'no JSON' };
const crashed: Outcome = { kind: 'crashed', times: 3 };
const buried = (verdict: string, error = 'why') => ({
  ...{ kind: 'bury', in: 'queue', death: { verdict, error } },
});
const toQueue = { kind: 'report', result, to: 'queue' };

type Row = readonly [string, Outcome, Partial<Circumstances>, object];

test.each<Row>([
  ['done', { kind: 'done', result }, {}, toQueue],
  ['done, no results queue', { kind: 'done', result }, { results: undefined }, { to: 'file' }],
  ['done, connection lost', { kind: 'done', result }, { isHeld: false }, toQueue],
  ['kept', { kind: 'kept', result }, {}, toQueue],
  ['retryable, first', failed('retryable'), {}, { kind: 'retry', through: short }],
  ['retryable, second', failed('retryable'), { attempt: 2 }, { kind: 'retry', through: long }],
  [
    'retryable, beyond the longest',
    failed('retryable'),
    { attempt: 7, max_attempts: 9 },
    { kind: 'retry', through: long },
  ],
  ['retryable, last', failed('retryable'), { attempt: 3 }, buried('exhausted')],
  ['retryable, counted past the last', failed('retryable'), { attempt: 8 }, buried('exhausted')],
  [
    'retryable, draining, retry queues',
    failed('retryable'),
    { isDraining: true },
    { kind: 'retry', through: short },
  ],
  ['retryable, no retry queues', failed('retryable'), { retries: [] }, { to: 'exchange' }],
  [
    'retryable, no retry queues, draining',
    failed('retryable'),
    { retries: [], isDraining: true },
    { kind: 'republish', after: 0, to: 'exchange' },
  ],
  [
    'retryable, its key leads elsewhere',
    failed('retryable'),
    { returnsByKey: false },
    { kind: 'republish', to: 'queue' },
  ],
  ['retryable, connection lost', failed('retryable'), { isHeld: false }, { kind: 'void' }],
  ['poison', failed('poison'), {}, buried('poison')],
  ['poison, connection lost', failed('poison'), { isHeld: false }, { kind: 'void' }],
  ['poison, no dead-letter queue', failed('poison'), { dead_letter: undefined }, { in: 'folder' }],
  ['fatal', failed('fatal'), { attempt: 3 }, { kind: 'requeue' }],
  ['invalid', invalid, {}, buried('invalid', 'no JSON')],
  [
    'crashed',
    crashed,
    {},
    buried('crashed', 'the worker ended 3 times in a row while it trained this task'),
  ],
  ['handed back', { kind: 'handed_back' }, {}, { kind: 'requeue' }],
  ['handed back, connection lost', { kind: 'handed_back' }, { isHeld: false }, { kind: 'void' }],
])('%s', (_, outcome, circumstances, expected) => {
  expect(settlementOf(outcome, { ...usual, ...circumstances })).toMatchObject(expected);
});

test('what is held back waits longer each time, and never over a minute', () => {
  const waits = [1, 2, 3, 20].map((attempt) => {
    const settlement = settlementOf(failed('retryable'), {
      ...{ ...usual, attempt, max_attempts: 99, retries: [] },
    });
    return settlement.kind === 'republish' ? settlement.after : NaN;
  });
  const ranges = [
    [500, 1_500],
    [1_000, 3_000],
    [2_000, 6_000],
    [30_000, 60_000],
  ] as const;
  for (const [index, [least, most]] of ranges.entries()) {
    expect(waits[index]).toBeGreaterThanOrEqual(least);
    expect(waits[index]).toBeLessThanOrEqual(most);
  }
});
