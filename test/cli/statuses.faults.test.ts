// Each request of an apply of each kind gets answers that are not the broker's, with and without
// its doing.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { randomOf, tryAll } from '../faults.ts';
import { drawCases, isSlow, tryAnswer, type Case } from './answered-applies.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-statuses-'));
});
afterAll(() => rm(folder, { recursive: true }));

const slow = 'two runs for each of 828 cases';
const timeout = 3_600_000;
const random = randomOf('statuses');
const cases = drawCases(() => random.uniform());

const tryThese = (these: readonly Case[], atOnce: number): Promise<void> =>
  tryAll('answers', these, atOnce, (one) => tryAnswer(one, folder));

test.each(['PUT', 'GET', 'DELETE'] as const)('%s', { meta: { slow }, timeout }, async (verb) => {
  await tryThese(
    cases.filter((one) => one.verb === verb && !isSlow(one)),
    1,
  );
});

test('slow and endless answers', { meta: { slow }, timeout }, async () => {
  await tryThese(cases.filter(isSlow), 8);
});
