// Collects problems, warnings and doubts until everything has been checked.
import type { Doubt } from '../topology/desired.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import type { Source } from './source.ts';

export class Findings {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly doubts: Doubt[] = [];
  readonly sources = new Map<string, string>();

  add(source: Source): void {
    this.sources.set(source.file, source.text);
  }

  /** Throws all problems in the order of the files, with the doubts; doubts alone don't throw. */
  throwProblems(): void {
    if (this.problems.length === 0) return;
    const doubts = this.doubts.filter(({ isExported }) => !isExported);
    this.problems.push(...doubts.map(({ problem }) => problem));
    const files = [...this.sources.keys()];
    const order = (problem: Problem): number => (problem.at ? files.indexOf(problem.at.file) : -1);
    throw new InvalidInput(
      this.problems.toSorted(
        (a, b) =>
          order(a) - order(b) ||
          (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
          (a.at?.col ?? 0) - (b.at?.col ?? 0),
      ),
      this.sources,
    );
  }
}
