// A sample of killed-apply.faults.test.ts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exchangeAndQueue, killAndApply, manyQueues } from './killed-worlds.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-killed-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('six queues, each with a binding of somebody else: killed twice, then applied', async () => {
  const points = [50, 30].map((nth) => ({ nth, reaches: true }));
  const fared = await killAndApply(manyQueues(6, 'classic'), 'over AMQP', points, folder);
  expect(fared.wrong).toEqual([]);
  expect(fared.kills.map(({ at }) => at)).not.toContain(undefined);
});

test('an exchange and a queue: killed once the record is written', async () => {
  const points = [{ nth: 12, reaches: true }];
  const fared = await killAndApply(exchangeAndQueue, 'over HTTP', points, folder);
  expect(fared.wrong).toEqual([]);
});
