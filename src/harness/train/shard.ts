// A shard of a run, and what is needed to find it.
import type { JobPlaces } from './shard-problem.ts';

/** What a task says of its shard; a path is relative to the root. */
export interface Shard {
  readonly uri: string;
  readonly sha256: string;
}

export interface ShardOptions {
  /** The folder of the job's file: relative paths and globs are below it. */
  readonly base: string;
  /** All files lie below it, as they do below the workers' roots. */
  readonly root: string;
  /** Whom http: and https: may reach, by the operator's word. */
  readonly allowedHosts: readonly string[];
  /** … and by the job's, which opens no internal address. */
  readonly publicHosts: readonly string[];
  readonly places: JobPlaces;
  readonly signal: AbortSignal;
}
