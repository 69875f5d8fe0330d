// Starts the longest test files of a project first, so that none is left over at the end.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * In starting order. Other files follow, larger ones first, or as the cache of earlier runs knows
 * them.
 */
const long: readonly string[] = [
  'file/hostile.test.ts',
  'reconcile/laws.test.ts',
  'file/merge.test.ts',
  'versions/quick.nodes.test.ts',
  'sandbox/lifecycle.nodes.test.ts',
  'cli/faults.broker.test.ts',
  'cli/broker-killed.nodes.test.ts',
  'cluster/cluster.nodes.test.ts',
  'cli/scenarios.broker.test.ts',
  'harness/chaos.nodes.test.ts',
  'cli/drain.broker.test.ts',
  'management/carry-auto-delete.broker.test.ts',
  'docs/quickstart.nodes.test.ts',
  'harness/train/shell/train-by-hand.broker.test.ts',
  'cli/interrupts.broker.test.ts',
  'connection/oauth.nodes.test.ts',
  'cli/bare-node.nodes.test.ts',
  'management/gateway.broker.test.ts',
  'cli/unfinished.broker.test.ts',
  'docs/readme.nodes.test.ts',
  'cli/dead-queue.nodes.test.ts',
  'management/amqp-writes.broker.test.ts',
  'management/vhost-locks.broker.test.ts',
  'management/carry-resumed.broker.test.ts',
  'management/carry-kept.broker.test.ts',
  'harness/train/shell/train-killed.broker.test.ts',
  'management/bounds.broker.test.ts',
  'amqp/mover.broker.test.ts',
  'management/delete.broker.test.ts',
  'corpus/corpus.broker.test.ts',
  'cli/quorum-cut.broker.test.ts',
  'harness/node-faults.nodes.test.ts',
  'management/carry-attributes.broker.test.ts',
  'harness/results/results.broker.test.ts',
  'cli/busy-queue.nodes.test.ts',
  'docs/security-training.broker.test.ts',
  'cli/carry-interrupted.broker.test.ts',
  'topology/queue-loss.broker.test.ts',
  'exact/state.broker.test.ts',
  'harness/messaging/publisher.broker.test.ts',
  'cli/cut-replacement.broker.test.ts',
  'cli/odd-objects.broker.test.ts',
  'management/replace.broker.test.ts',
  'harness/publish/sweep.broker.test.ts',
  'harness/publish/publish.broker.test.ts',
  'cli/policy-losses.broker.test.ts',
  'cli/renamed.broker.test.ts',
  'harness/train/train-chaos.nodes.test.ts',
  'topology/parameter-keys.broker.test.ts',
  'harness/train/shell/train-results.broker.test.ts',
  'cli/move.broker.test.ts',
  'cli/unrecorded.broker.test.ts',
  'harness/work/work.broker.test.ts',
  'docs/ci.broker.test.ts',
  'harness/full-disk.broker.test.ts',
  'cli/carry.broker.test.ts',
  'cli/destroy.broker.test.ts',
  'cli/migrate.broker.test.ts',
  'cli/killed-broker.nodes.test.ts',
  'cli/whole-files.broker.test.ts',
  'harness/train/shell/damaged-model.broker.test.ts',
  'management/tls.broker.test.ts',
  'cli/no-statistics.nodes.test.ts',
  'exact/exact.broker.test.ts',
  'harness/dead/dead.broker.test.ts',
  'docs/security-carrying.broker.test.ts',
  'cli/asked.broker.test.ts',
  'harness/work/worker-parameters.broker.test.ts',
  'cli/at-once.broker.test.ts',
  'cli/policy-rehearsal.broker.test.ts',
  'cli/rings.broker.test.ts',
  'topology/routing.broker.test.ts',
  'cli/alarms.nodes.test.ts',
  'harness/train/trust/forged-results.broker.test.ts',
  'management/snapshot.broker.test.ts',
  'cli/export-elsewhere.nodes.test.ts',
];

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b));
  }
}

const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

function rankOf({ moduleId }: TestSpecification): number {
  const rank = long.findIndex((name) => moduleId.endsWith(`/${name}`));
  return rank < 0 ? long.length : rank;
}
