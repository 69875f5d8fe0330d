// A handful of runs under chaos; many are npm run chaos:train. And the controls: the same, of broken code.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChaosBroker } from '../chaos/chaos-broker.ts';
import { copyCode, deleteCode, type Replacement } from '../chaos/code.ts';
import { controls } from './chaos/controls.ts';
import { runTrainChaos, type TrainChaosOptions, type TrainChaosReport } from './chaos/run.ts';

let broker: ChaosBroker;
beforeAll(async () => {
  broker = await ChaosBroker.start();
}, 60_000);
afterAll(() => broker.close(), 60_000);

async function run(
  options: Pick<TrainChaosOptions, 'seed' | 'drawn'>,
  replacements: readonly Replacement[] = [],
): Promise<TrainChaosReport> {
  const code = await copyCode(replacements);
  try {
    return await runTrainChaos({ ...options, broker, code });
  } finally {
    await deleteCode(code);
  }
}

test.each([3, 6, 11])(
  'seed %i: whatever dies, the model is the same',
  async (seed) => {
    const { violations, kills } = await run({ seed });
    expect(violations).toEqual([]);
    expect(kills).toBeGreaterThan(0);
  },
  150_000,
);

test.each(controls)(
  'a control: $name, and the run is not what it must be',
  async ({ replacements, drawn, violation }) => {
    const { violations } = await run({ seed: 1, drawn }, replacements);
    expect(violations.join('\n')).toMatch(violation);
  },
  150_000,
);
