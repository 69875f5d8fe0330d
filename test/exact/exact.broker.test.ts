// Random definitions of every kind, as topo applies, exports, edits and deletes them, against what
// the broker's own import makes of them. exact.long.test.ts draws other cases each time.
import { test } from 'vitest';
import { drawOf, liveThroughAll } from './blame.ts';

const draw = drawOf({ seed: 10, count: 5 });

test(
  `random definitions are made, exported, edited and deleted exactly, by seed ${draw.seed}`,
  { timeout: 600_000, meta: { slow: 'applies, exports and deletes hundreds of objects' } },
  async () => {
    await liveThroughAll(draw, draw.count);
  },
);
