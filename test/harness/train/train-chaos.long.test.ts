// Runs under chaos; many are npm run chaos:train. And all controls: the same, of broken code.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeNode } from '../../broker.ts';
import { ChaosBroker } from '../chaos/chaos-broker.ts';
import { copyCode, deleteCode } from '../chaos/code.ts';
import { controls, runControl } from './chaos/controls.ts';
import { killBrokerAt } from './chaos/kill-broker.ts';
import { runTrainChaos } from './chaos/run.ts';

let broker: ChaosBroker;
let code: string;
beforeAll(async () => {
  broker = await ChaosBroker.on(await takeNode());
  code = await copyCode();
}, 60_000);
afterAll(async () => {
  await deleteCode(code);
  await broker.close();
}, 60_000);

test.each([3, 6, 11, 19, 20])(
  'seed %i: whatever dies, the model is the same',
  async (seed) => {
    const { violations, kills } = await runTrainChaos({ seed, broker, code });
    expect(violations).toEqual([]);
    expect(kills).toBeGreaterThan(0);
  },
  150_000,
);

test.each(controls)(
  'a control: $name, and the run is not what it must be',
  async (control) => {
    expect(await runControl(control, broker)).toMatch(control.violation);
  },
  400_000,
);

test.each(['dispatched r1.s1', 'recorded r1.s1', 'aggregated 1'])(
  'the broker is killed when the coordinator has %s',
  async (step) => {
    expect(await killBrokerAt(step, { broker, code })).toEqual([]);
  },
);
