// Kills topo with kill -9 at each request to the broker, and applies again from elsewhere:
// everything that it took away comes back.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { randomOf, tryAll } from '../faults.ts';
import type { Point, Way } from './killed-apply.ts';
import {
  countSaid,
  exchangeAndQueue,
  killAndApply,
  manyQueues,
  type World,
} from './killed-worlds.ts';

/** Runs at once. */
const atOnce = 3;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-killed-'));
});
afterAll(() => rm(folder, { recursive: true }));

const sweep = (world: World, way: Way, runs: readonly (readonly Point[])[]): Promise<void> =>
  tryAll('killed', runs, atOnce, async (points) => {
    const { kills, wrong } = await killAndApply(world, way, points, folder);
    const places = kills.flatMap(({ at }) => at ?? []);
    return {
      ended: places.length === 0 ? undefined : 'converged',
      wrong: wrong.map((text) => `${text} (killed at ${places.join(', ')})`),
    };
  });

const slow = 'some hundred kills';
const options = { meta: { slow }, timeout: 3_600_000 };

describe.each(['over HTTP', 'over AMQP'] as const)('%s', (way) => {
  test.each([true, false])('at each point; the broker gets it: %s', options, async (reaches) => {
    const said = await countSaid(exchangeAndQueue, way, folder);
    const points = Array.from({ length: said }, (_, nth) => [{ nth, reaches }]);
    await sweep(exchangeAndQueue, way, points);
  });
});

test(
  '60 quorum queues, each with a binding of somebody else: killed twice, at 54 points in all',
  options,
  async () => {
    const world = manyQueues(60, 'quorum');
    const said = await countSaid(world, 'over AMQP', folder);
    const runs = 27;
    const random = randomOf('60 quorum queues');
    const at = (nth: number): Point => ({
      nth: Math.floor((said * (nth + random.uniform())) / runs),
      reaches: nth % 2 === 0,
    });
    // The second is early where the first was late, so that it finds something left.
    const points = Array.from({ length: runs }, (_, nth) => [at(nth), at(runs - 1 - nth)]);
    await sweep(world, 'over AMQP', points);
  },
);
