// Models that are missing or damaged on the coordinator's disk: no worker is blamed, and a run can
// go back to one that is whole. damaged-model.long.test.ts has other damage.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  bed,
  damageWhileItRuns,
  interruptedRun,
  resumeDamaged,
  setUpDamage,
  train,
} from './damaged-model.ts';

setUpDamage();

test('a run whose model is changed is not resumed with it, but from the newest that is whole', () =>
  resumeDamaged('changed'));

test('a run whose models are all gone can only be begun anew', async () => {
  await interruptedRun();
  await rm(join(bed.root, 'runs/run/parameters'), { recursive: true });
  const { code, err } = await train('--resume');
  expect(code).toBe(1);
  expect(err).toContain('hint: put it back from a copy, or start a new run\n');
});

test.each([
  [['--from-round', '1'], '--from-round goes with --resume'],
  [['--resume', '--from-round', 'x'], '--from-round takes a whole number'],
])('%j is wrong', async (flags, message) => {
  const { code, err } = await train(...flags);
  expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining(message) as string });
});

test('a run does not go on to a round that it has not come to', async () => {
  await interruptedRun();
  const { code, err } = await train('--resume', '--from-round', '3');
  expect(code).toBe(3);
  expect(err).toContain('run run has not come to round 3\n  hint: --from-round 2 at most\n');
});

test('a model that is missing by the time that a worker reads it ends the coordinator, not the run', () =>
  damageWhileItRuns('missing', 'retryable'));
