// A sample of killed-apply.faults.test.ts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forEachParallel } from '../../src/reconcile/parallel.ts';
import { broker } from '../broker.ts';
import { places } from '../cut-gateway.ts';
import { killAndRun, planOf, runWhole } from './killed-plans.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-killed-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** At these parts of what a whole run says. */
const parts = [0.4, 0.8];
const plan = planOf('several kinds at once, with deletes, replacements and policies');
const way = 'over AMQP' as const;

test(
  `${plan.name}, ${way}: killed at two points`,
  { meta: { slow: 'half a dozen processes, two at a time' }, timeout: 600_000 },
  async () => {
    const site = { at: broker, way, folder };
    const { said, wanted } = await runWhole(plan, site);
    const wrong: string[] = [];
    await forEachParallel([...parts.entries()], 2, async ([nth, part]) => {
      const place = places[nth % places.length] ?? 'in';
      const points = [{ nth: Math.floor(said * part), place }];
      const fared = await killAndRun(plan, site, points, wanted);
      wrong.push(...fared.wrong);
    });
    expect(wrong).toEqual([]);
  },
);
