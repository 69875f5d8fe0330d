// An administrator edits between plan and apply, and before any of apply's requests.
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

const slow = 'four runs of topo for each of 400 cases';

// Some strike after the apply has ended: over 300 strike before.
test('400 cases', { meta: { slow }, timeout: 3_600_000 }, async () => {
  const random = randomOf('edits');
  const cases = drawCases(400, () => random.uniform());
  await tryAll('mutator', cases, 1, (one) => tryEdits(one, folder));
});
