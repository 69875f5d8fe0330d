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

const slow = { timeout: 150_000, meta: { slow: 'processes, one after the other' } };

// Workers are killed, and so is the coordinator, and a result is not what its hash says.
test('seed 32: whatever dies, the model is the same', slow, async () => {
  const { violations, kills } = await runTrainChaos({ seed: 32, broker, code });
  expect(violations).toEqual([]);
  expect(kills).toBeGreaterThan(0);
});
