// A sample of mutator.faults.test.ts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { randomOf, tryAll } from '../faults.ts';
import { drawCases, tryEdits } from './mutated-applies.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-mutator-'));
});
afterAll(() => rm(folder, { recursive: true }));

const slow = 'four runs of topo for each of 3 cases';
test('3 cases', { meta: { slow }, timeout: 300_000 }, async () => {
  const random = randomOf('a sample of edits');
  const cases = drawCases(3, () => random.uniform());
  await tryAll('mutator', cases, 1, (one) => tryEdits(one, folder));
});
