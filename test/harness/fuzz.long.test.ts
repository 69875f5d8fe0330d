// Over 100,000 hostile messages, in all; fuzz.broker.test.ts sends a sample. TOPO_FUZZ_SEED has
// others sent.
import { test } from 'vitest';
import { throughTrain } from './hostile/through-train.ts';
import { throughWork } from './hostile/through-work.ts';

const slow = 'tens of thousands of messages';
const timeout = 1_800_000;
const seed = Number(process.env['TOPO_FUZZ_SEED'] ?? 20_261_128);

test('through work, retry, dead and replay', { meta: { slow }, timeout }, async () => {
  await throughWork({ count: 60_000, seed });
});

test('through train', { meta: { slow }, timeout }, async () => {
  await throughTrain({ results: 10_000, events: 30_000 }, seed);
});
