// A node of three is cut off or killed, or a leader moves, before an apply or in the middle of it:
// one of many changes, and one that carries a queue over.
import { test } from 'vitest';
import { randomOf, tryAll } from '../faults.ts';
import { FaultyCluster } from './at-fault.ts';
import { migrateAtFault } from './migration-at-fault.ts';
import type { ClusterFault } from './struck-applies.ts';
import { describeThreeNodes } from './three-nodes.ts';

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
const most = { changes: 45, migration: 40 };

/** One before topo starts, and the others at any request of it. */
const casesOf = (kind: (typeof kinds)[number], times: number, requests: number): ClusterFault[] =>
  [0, ...Array.from({ length: times - 1 }, () => 1 + below(requests))].map((after) => ({
    ...kind,
    after,
    asks: below(3),
  }));

const slow = 'nodes of a cluster are killed, and boot again';
describeThreeNodes((bed) => {
  test.each(kinds)('$kind: $hits', { meta: { slow }, timeout: 1_800_000 }, async (kind) => {
    const faulty = new FaultyCluster(bed.cluster, bed.folder);
    const cases = casesOf(kind, 3, most.changes);
    await tryAll('cluster', cases, 1, (fault) => faulty.attempt(fault));
  });

  test.each(kinds)(
    'amid a migration, $kind: $hits',
    { meta: { slow }, timeout: 1_800_000 },
    async (kind) => {
      const cases = casesOf(kind, 3, most.migration).slice(1);
      const attempt = (fault: ClusterFault) => migrateAtFault(fault, bed.cluster, bed.folder);
      await tryAll('cluster', cases, 1, attempt);
    },
  );
});
