// Problems with a shard of a job, with the place of its entry.
import { InvalidInput, type Position, type Problem } from '../../../topology/problem.ts';

/** Where the fields of the job stand, and the text around them. */
export interface JobPlaces {
  readonly at: (path: readonly (string | number)[]) => Position;
  readonly sources: ReadonlyMap<string, string>;
}

/** One entry's mistake, before its place is known. */
export class BadShard extends Error {
  readonly problem: Omit<Problem, 'at'>;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.problem = { code, message, hint };
  }
}

/** Gathers what is wrong with the entries, to tell all of it at once. */
export class ShardProblems {
  readonly #places: JobPlaces;
  readonly #problems: Problem[] = [];

  constructor(places: JobPlaces) {
    this.#places = places;
  }

  /** What `resolve` gives; undefined if it throws BadShard, which is noted. */
  async gather<T>(
    path: readonly (string | number)[],
    resolve: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await resolve();
    } catch (error) {
      if (!(error instanceof BadShard)) throw error;
      this.#problems.push({ ...error.problem, at: this.#places.at(path) });
      return undefined;
    }
  }

  /** Throws InvalidInput with what was noted, if anything was. */
  throwAll(): void {
    if (this.#problems.length > 0) throw new InvalidInput(this.#problems, this.#places.sources);
  }
}
