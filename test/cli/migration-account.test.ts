import { expect, test } from 'vitest';
import { accountForAll, type Figures, type Got } from './migration-account.ts';
import type { Flip } from './watched-flips.ts';

/** Message n is published at n ms, and confirmed at once. */
const spanOf = (n: number) => ({ from: n, to: n });
const flip: Flip = {
  both: { from: 4, to: 5 },
  whole: { from: 4, to: 6 },
  nearly: { from: 3, to: 5 },
};
const got = (n: number, more: Partial<Got> = {}): Got => ({
  ...{ n, worker: undefined, interrupted: 0, redelivered: false, isWhole: true, isFromOld: false },
  ...more,
});

const rows: [what: string, got: Got[], figures: Partial<Figures>][] = [
  [
    'all of it in order',
    [1, 2, 3, 4, 5, 6, 7, 8].map((n) => got(n)),
    { lost: 0, altered: 0, duplicates: 0, late: 0, misplaced: 0 },
  ],
  [
    'one that is lost, and one that was altered',
    [1, 2, 3, 4, 5, 6, 8].map((n) => got(n, { isWhole: n !== 2 })),
    { lost: 1, altered: 1 },
  ],
  [
    'ahead, as published during the change, and twice, as published to both',
    [1, 2, 5, 6, 3, 4, 5, 7, 8].map((n) => got(n)),
    { duplicates: 1, strays: 0, late: 2, most: 2, misplaced: 0, mayBeLate: 23 },
  ],
  [
    'twice, though published to one alone',
    [1, 2, 3, 4, 5, 6, 6, 7, 8].map((n) => got(n)),
    { duplicates: 1, strays: 1 },
  ],
  [
    'ahead, though published before and after the change',
    [2, 1, 3, 4, 5, 7, 6, 8].map((n) => got(n)),
    { late: 2, most: 1, misplaced: 2 },
  ],
  [
    'ahead, as taken from the old queue meanwhile, and out of place after that',
    [
      got(1, { worker: 0, isFromOld: true }),
      got(8, { worker: 0, isFromOld: true }),
      ...[2, 4, 3, 5, 6, 7].map((n) => got(n, { worker: 0 })),
    ],
    { late: 6, misplaced: 0, ahead: { published: 3, taken: 2 } },
  ],
  [
    'each worker in order, but not the last one',
    [
      ...[1, 3].map((n) => got(n, { worker: 0 })),
      ...[2, 7].map((n) => got(n, { worker: 1 })),
      ...[4, 5, 6, 8].map((n) => got(n)),
    ],
    { misplaced: 3 },
  ],
];

test.each(rows)('%s', (_what, all, figures) => {
  const confirmed = new Set([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(accountForAll({ confirmed, spanOf, got: all, flips: [flip] })).toMatchObject(figures);
});
