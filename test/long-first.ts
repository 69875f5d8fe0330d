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
  'cli/faults.broker.test.ts',
  'versions/quick.nodes.test.ts',
  'cluster/cluster.nodes.test.ts',
  'cli/broker-killed.nodes.test.ts',
  'train/shell/train-killed.broker.test.ts',
  'train/shell/train-by-hand.broker.test.ts',
  'docs/readme.nodes.test.ts',
  'cli/drain.broker.test.ts',
  'cli/renamed.broker.test.ts',
  'cli/carry.broker.test.ts',
  'cli/carry-interrupted.broker.test.ts',
  'cli/migration.broker.test.ts',
  'cli/statuses.broker.test.ts',
  'sandbox/lifecycle.nodes.test.ts',
  'cli/killed-apply.broker.test.ts',
  'cli/cut-replacement.broker.test.ts',
  'amqp/mover.broker.test.ts',
  'management/amqp-writes.broker.test.ts',
  'train/shell/train-results.broker.test.ts',
  'management/bounds.broker.test.ts',
  'management/carry-kept.broker.test.ts',
  'cli/bare-node.nodes.test.ts',
  'connection/oauth.nodes.test.ts',
  'harness/chaos.nodes.test.ts',
  'cli/scenarios.broker.test.ts',
  'topology/queue-loss.broker.test.ts',
  'train/shell/damaged-model.broker.test.ts',
  'management/carry-killed.broker.test.ts',
  'cli/interrupts.broker.test.ts',
  'management/carry.broker.test.ts',
  'harness/train/train-chaos.nodes.test.ts',
  'management/vhost-locks.broker.test.ts',
  'management/delete.broker.test.ts',
  'cli/unfinished.broker.test.ts',
  'cli/policy-rehearsal.broker.test.ts',
  'harness/node-faults.nodes.test.ts',
  'exact/exact.broker.test.ts',
  'harness/trainers/digits.nodes.test.ts',
  'train/shell/killed-coordinator.nodes.test.ts',
  'harness/trainers/exec.nodes.test.ts',
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
