// Random definitions of every kind, as topo applies, exports, edits and deletes them, against what
// the broker's own import makes of them. exact.long.test.ts draws other cases each time.
import fc from 'fast-check';
import { test } from 'vitest';
import { broker } from '../broker.ts';
import { cases } from './draw.ts';
import { liveThrough } from './lives.ts';

const seed = Number(process.env['TOPO_TEST_SEED'] ?? 10);

test(`random definitions are made, exported, edited and deleted exactly, by seed ${seed}`, async () => {
  await liveThrough(fc.sample(cases, { seed, numRuns: 20 }), broker);
});
