// What is known of a batch of tasks: of what is heard one after the other, what tells most counts.
import { expect, test } from 'vitest';
import { Batch } from '../../../src/harness/results/batch.ts';
import type { Event, Heartbeat } from '../../../src/harness/messaging/event.generated.ts';

const at = '2026-11-28T10:00:00.000Z';
const who = { version: 1, worker: 'w', queue: 'q', at } as const;
const event = (task: string, more: Partial<Event>): Event => ({
  ...{ ...who, task, attempt: 1, event: 'failed' },
  ...more,
});
const beat = (worker: string, ...ids: string[]): Heartbeat => ({
  ...{ ...who, worker, state: 'busy' },
  tasks: ids.map((id) => ({ id, attempt: 1, started_at: at })),
});

const batchOf = (...ids: string[]) => new Batch(new Set(ids));

test('each task is what was heard of it that tells most, and strangers are nobody', () => {
  const batch = batchOf('a', 'b', 'c', 'd', 'e');
  batch.hear(event('a', { verdict: 'retryable' }), 0);
  batch.hear(event('a', { event: 'done' }), 0);
  batch.hear(event('a', { verdict: 'retryable' }), 0);
  batch.hear(event('b', { verdict: 'poison' }), 0);
  batch.hear(event('b', { verdict: 'retryable' }), 0);
  batch.hear(event('c', { verdict: 'retryable' }), 0);
  batch.hear(beat('w', 'd', 'a', 'c', 'x'), 0);
  batch.hear(event('x', { event: 'done' }), 0);
  batch.noteTaken('y', 5);
  expect(batch.count(0, 0)).toEqual({
    ...{ total: 5, done: 1, failed: 1, retried: 1, running: 1, not_taken: 0 },
    ...{ not_heard_of: 1, rate: undefined, left: undefined },
  });
});

test('a worker that is not heard of any more trains nothing, nor does one that says so', () => {
  const batch = batchOf('a', 'b');
  batch.hear(beat('one', 'a'), 0);
  batch.hear(beat('two', 'b'), 8_000);
  expect(batch.count(9_000, 0).running).toBe(2);
  expect(batch.count(12_000, 0).running).toBe(1);
  batch.hear(beat('two'), 12_000);
  expect(batch.count(12_000, 0)).toMatchObject({ running: 0, not_heard_of: 2 });
});

test('the rate is that of the newest, and what is left takes so long', () => {
  const ids = Array.from({ length: 300 }, (_, n) => `t${n}`);
  const batch = batchOf(...ids);
  // One every ten seconds, and from the 100th on one a second; told twice.
  const timeOf = (n: number) => (n < 100 ? n * 10_000 : 1_000_000 + n * 1_000);
  for (const n of [...ids.keys()].slice(0, 200)) {
    batch.noteTaken(`t${n}`, timeOf(n));
    batch.noteTaken(`t${n}`, timeOf(n));
  }
  batch.noteTaken('t200', NaN);
  const { rate, left } = batch.count(0, 0);
  expect(rate).toBeCloseTo(1);
  expect(left).toBeCloseTo(99);
});

test('what waits in the results queue is done, but for what was heard of as done', () => {
  const batch = batchOf('a', 'b', 'c', 'd', 'e');
  batch.noteTaken('a', 1_000);
  batch.noteTaken('b', 2_000);
  expect(batch.count(0, 2)).toMatchObject({ done: 2, not_taken: 2, not_heard_of: 1, left: 1 });
  batch.hear(event('c', { event: 'done', at: new Date(3_000).toISOString() }), 0);
  expect(batch.count(0, 2)).toMatchObject({ done: 3, not_taken: 1, not_heard_of: 1, left: 1 });
  batch.noteTaken('c', 3_000);
  // Results of others wait there, too.
  expect(batch.count(0, 9)).toMatchObject({ done: 3, not_taken: 2, not_heard_of: 0, left: 0 });
});
