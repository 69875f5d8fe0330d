// The long run of exact.broker.test.ts: 2,000 cases, a few hundred on the broker at once.
import fc from 'fast-check';
import { test } from 'vitest';
import { broker } from '../broker.ts';
import { cases } from './draw.ts';
import { liveThrough } from './lives.ts';

const seed = Number(process.env['TOPO_TEST_SEED'] ?? Date.now() % 2 ** 31);
const count = Number(process.env['TOPO_TEST_CASES'] ?? 2_000);
const atOnce = 200;

test(
  `${count} random definitions live exactly, by seed ${seed}`,
  { timeout: 1_800_000 },
  async () => {
    const all = fc.sample(cases, { seed, numRuns: count });
    for (let from = 0; from < count; from += atOnce)
      await liveThrough(all.slice(from, from + atOnce), broker);
  },
);
