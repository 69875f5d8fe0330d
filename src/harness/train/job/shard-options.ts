// Options to find a job's shards.
import type { JobPlaces } from './shard-problem.ts';

export interface ShardOptions {
  /** The folder of the job's file: relative paths and globs are below it. */
  readonly base: string;
  /** All files lie below it, as they do below the workers' roots. */
  readonly root: string;
  /** Hosts that http: and https: may reach, as the operator says. */
  readonly allowedHosts: readonly string[];
  /** … and as the job says, which opens no internal address. */
  readonly publicHosts: readonly string[];
  readonly places: JobPlaces;
  readonly signal: AbortSignal;
}
