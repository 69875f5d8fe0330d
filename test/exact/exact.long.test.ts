// The long run of exact.broker.test.ts: 2,000 cases, some on the broker at once.
import { test } from 'vitest';
import { drawOf, liveThroughAll } from './blame.ts';

const draw = drawOf({ seed: Date.now() % 2 ** 31, count: 2_000 });

test(
  `${draw.count} random definitions live exactly, by seed ${draw.seed}`,
  { timeout: 3_600_000, meta: { slow: 'thousands of cases' } },
  async () => {
    await liveThroughAll(draw, 250);
  },
);
