// A sample of statuses.faults.test.ts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomOf, tryAll } from '../faults.ts';
import { drawCases, isSlow, tryAnswer } from './answered-applies.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-statuses-'));
});
afterAll(() => rm(folder, { recursive: true }));

const slow = 'two runs of topo for each of 5 cases';
const title = '5 applies, one of whose requests gets an answer that is not the broker’s';

test(title, { meta: { slow }, timeout: 300_000 }, async () => {
  const random = randomOf('a sample of statuses');
  const cases = drawCases(() => random.uniform());
  // Slow ones are for npm run test:faults.
  const quick = cases.filter((one) => !isSlow(one) && !one.always);
  const order = [...random.shuffled(quick.length)].slice(0, 5);
  expect(cases.length).toBeGreaterThan(500);
  await tryAll(
    'answers',
    order.map((nth) => quick[nth]).filter((one) => one !== undefined),
    1,
    (one) => tryAnswer(one, folder),
  );
});
