// Kills topo with kill -9 before, in and after what it says to the broker, and runs it again from
// elsewhere: everything is as if it had not been killed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { broker } from '../broker.ts';
import { places } from '../cut-gateway.ts';
import { atEffort } from '../effort.ts';
import { randomOf, tryAll } from '../faults.ts';
import { ways, type Point } from './killed-apply.ts';
import { killAndRun, killedPlans, runWhole } from './killed-plans.ts';

/** Runs at once. */
const atOnce = 3;
/** Of each plan and each way to the broker. */
const cases = atEffort(20);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-killed-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Every fifth is killed twice. */
function drawPoints(of: string, said: number): Point[][] {
  const random = randomOf(of);
  const point = (): Point => ({
    nth: Math.floor(random.uniform() * said),
    place: places[Math.floor(random.uniform() * places.length)] ?? 'in',
  });
  return Array.from({ length: cases }, (_, nth) =>
    Array.from({ length: nth % 5 === 0 ? 2 : 1 }, point),
  );
}

const slow = 'twenty kills, each with a run to the end';

describe.each(ways)('%s', (way) => {
  const plans = killedPlans.filter((plan) => plan.way === undefined || plan.way === way);
  test.each(plans)('$name', { meta: { slow }, timeout: 1_800_000 }, async (plan) => {
    const site = { at: broker, way, folder };
    const { said, wanted } = await runWhole(plan, site);
    await tryAll('killed', drawPoints(`${plan.name} ${way}`, said), atOnce, async (points) => {
      const { kills, wrong } = await killAndRun(plan, site, points, wanted);
      return {
        ended: kills.length === 0 ? undefined : 'converged',
        wrong: wrong.length === 0 ? [] : [`killed at ${kills.join(', ')}`, ...wrong],
      };
    });
  });
});
