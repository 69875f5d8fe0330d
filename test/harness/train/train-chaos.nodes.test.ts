// A run under chaos: more, runs whose broker is killed, and runs of broken code are npm run
// test:long.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { broker as shared } from '../../broker.ts';
import { ChaosBroker } from '../chaos/chaos-broker.ts';
import { copyCode, deleteCode } from '../chaos/code.ts';
import { runTrainChaos } from './chaos/run.ts';

let broker: ChaosBroker;
let code: string;
beforeAll(async () => {
  broker = await ChaosBroker.shared(shared);
  code = await copyCode();
});
afterAll(async () => {
  await deleteCode(code);
  await broker.close();
}, 60_000);

const aDozen = { timeout: 150_000, meta: { slow: 'a dozen processes, one after the other' } };

// Two workers; one dies, twice, and so does the coordinator, and of results some are not valid.
test('seed 32: whatever dies, the model is the same', aDozen, async () => {
  const { violations, kills } = await runTrainChaos({ seed: 32, broker, code });
  expect(violations).toEqual([]);
  expect(kills).toBeGreaterThan(0);
});
