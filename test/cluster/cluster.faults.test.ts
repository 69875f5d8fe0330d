// A node of three is cut off or killed, or a leader moves, before an apply or in the middle of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { randomOf, tryAll } from '../faults.ts';
import { FaultyCluster, type ClusterFault } from './at-fault.ts';
import { Cluster } from './cluster.ts';
import { whyNoNamespaces } from './network.ts';

const why = whyNoNamespaces();
const random = randomOf('cluster');
const below = (count: number): number => Math.floor(random.uniform() * count);

const kinds = [
  { kind: 'cut', hits: 'asked' },
  { kind: 'cut', hits: 'another' },
  { kind: 'kill', hits: 'asked' },
  { kind: 'kill', hits: 'another' },
  { kind: 'kill two', hits: 'another' },
  { kind: 'move the leader', hits: 'another' },
] as const satisfies readonly Pick<ClusterFault, 'kind' | 'hits'>[];

/** Of the requests that an apply of these files sends. */
const most = 45;

/** One before topo starts, and four at any request of it. */
const casesOf = (kind: (typeof kinds)[number]): ClusterFault[] =>
  [0, ...Array.from({ length: 4 }, () => 1 + below(most))].map((after) => ({
    ...kind,
    after,
    asks: below(3),
  }));

const slow = 'nodes of a cluster are killed, and boot again';
describe.skipIf(why !== undefined)(`three nodes${why === undefined ? '' : `: ${why}`}`, () => {
  let cluster: Cluster;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'topo-at-fault-'));
    cluster = await Cluster.start();
  }, 300_000);
  afterAll(async () => {
    await (cluster as Cluster | undefined)?.stop();
    await rm(folder, { recursive: true });
  }, 60_000);

  test.each(kinds)('$kind: $hits', { meta: { slow }, timeout: 1_800_000 }, async (kind) => {
    const faulty = new FaultyCluster(cluster, folder);
    await tryAll('cluster', casesOf(kind), 1, (fault) => faulty.attempt(fault));
  });
});
