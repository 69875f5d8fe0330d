// Results that are not valid: each leaves the queue, counts as a failure, and its unit is asked for
// again, in other words.
import { expect } from 'vitest';
import { bad, type ByHand } from './by-hand.ts';
import { inlineOf } from './hand-worker.ts';

interface Spoiled {
  readonly what: string;
  readonly changes: object;
  readonly reason: RegExp;
  readonly name?: string;
  readonly heartbeat?: string;
}

export const spoiled: readonly Spoiled[] = [
  {
    what: 'a wrong hash',
    changes: { parameters: bad },
    reason: /"parameters\/inline" does not hash/,
  },
  {
    what: 'values that the outer optimizer carries out of range',
    changes: { parameters: inlineOf(3.4e38, -3.4e38) },
    reason: /the tensor "w" has a value that is too large to be aggregated/,
  },
];

export const oddlySpoiled: readonly Spoiled[] = [
  {
    what: 'no worker, and half a sample',
    changes: { worker: 7, samples: 0.5 },
    reason: /"samples" must be/,
    name: 'unknown',
    // The unit of a worker that nobody knows is given up after 60 heartbeats.
    heartbeat: '100ms',
  },
  {
    what: 'a time that is none',
    changes: { finished_at: '9999-99-99T99:99:99.999Z' },
    reason: /the record has a wrong finished_at/,
  },
  {
    what: 'more samples than there are numbers',
    changes: { samples: 1e300 },
    reason: /"samples" must be/,
  },
];

export async function answerSpoiled(
  hand: ByHand,
  { changes, reason, name = 'by hand', heartbeat = '1s' }: Spoiled,
): Promise<void> {
  const { ended } = await hand.trainHere({ max_failures: 2, heartbeat });
  await hand.worker.do('init');
  const first = await hand.worker.next('r0.s0');
  await hand.worker.answer(first, changes);
  // A machine that misses three heartbeats is asked twice for the first.
  const second = await hand.worker.next(
    'r0.s0',
    ({ labels }) => labels?.['rejected'] !== undefined,
  );
  expect(second).toEqual({ ...first, labels: { ...first.labels, rejected: '1' } });
  await hand.worker.answer(second);
  await hand.worker.do('r0.eval');
  expect((await ended).code).toBe(0);
  const rejected = { worker: name, reason: expect.stringMatching(reason) as unknown };
  expect(await hand.bed.timeline('run')).toContainEqual(
    expect.objectContaining({ kind: 'dropped', why: 'invalid', ...rejected }),
  );
  expect(await hand.bed.ledger('run')).toContainEqual(
    expect.objectContaining({ kind: 'rejected', ...rejected }),
  );
  expect(await hand.depth('results')).toBe(0);
}
