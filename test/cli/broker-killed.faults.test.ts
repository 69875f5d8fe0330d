// Kills, restarts and freezes the broker while topo applies.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { takeNode } from '../broker.ts';
import { atEffort } from '../effort.ts';
import { randomOf, tryAll } from '../faults.ts';
import { applyWhile, mishaps, type Mishap } from './broken-broker.ts';
import { ways } from './killed-apply.ts';
import { killedPlans, planOf, runWhole } from './killed-plans.ts';

let folder = '';
let node: Sandbox;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-broken-'));
  node = await takeNode();
});
afterAll(() => rm(folder, { recursive: true }));

/** An earlier kill would hide what the first run of a case wrote. */
const plans = killedPlans.filter(({ earlier }) => earlier === undefined);
const slow = 'a broker boots again and again';

test.each(Object.keys(mishaps) as Mishap[])(
  '%s',
  { meta: { slow }, timeout: 1_800_000 },
  async (mishap) => {
    const random = randomOf(mishap);
    const draw = <One>(from: readonly One[]): One =>
      from[Math.floor(random.uniform() * from.length)] as One;
    const cases = Array.from({ length: atEffort(10) }, () => {
      const { name, way = draw(ways) } = draw(plans);
      return { name, way, part: random.uniform() };
    });
    await tryAll('broker', cases, 1, async ({ name, way, part }) => {
      const plan = planOf(name);
      const { said, wanted } = await runWhole(plan, { at: brokerOf(node), way, folder });
      const nth = Math.floor(said * part);
      return applyWhile({ plan, way, mishap, nth }, node, wanted, folder);
    });
  },
);
