// Starts the files of a project that take longest first, so that none is left over at the end.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** In the order in which they start. All others follow, larger files first, or as the cache of earlier runs knows them. */
const long: readonly string[] = [];

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
