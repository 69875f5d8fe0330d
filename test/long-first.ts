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
  'harness/train/train-killed.broker.test.ts',
  'harness/train/train-by-hand.broker.test.ts',
  'harness/train/train-results.broker.test.ts',
  'harness/publish-killed.broker.test.ts',
  'harness/train/damaged-model.broker.test.ts',
  'cli/odd-objects.broker.test.ts',
  'management/bounds.broker.test.ts',
  'cli/cut-replacement.broker.test.ts',
  'cli/at-once.broker.test.ts',
  'harness/work-killed.broker.test.ts',
  'cli/scenarios.broker.test.ts',
  'cli/unfinished.broker.test.ts',
  'cli/killed-apply.broker.test.ts',
  'harness/chaos.nodes.test.ts',
  'docs/readme.nodes.test.ts',
  'docs/quickstart.nodes.test.ts',
  'harness/train/digits.nodes.test.ts',
  'harness/train/train-chaos.nodes.test.ts',
  'sandbox/lifecycle.nodes.test.ts',
  'harness/node-faults.nodes.test.ts',
  'cli/killed-broker.nodes.test.ts',
  'cli/export-elsewhere.nodes.test.ts',
  'amqp/same-broker.nodes.test.ts',
];

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b));
  }
}

const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

function rankOf({ moduleId }: TestSpecification): number {
  const rank = long.findIndex((name) => moduleId.endsWith(`/test/${name}`));
  return rank < 0 ? long.length : rank;
}
