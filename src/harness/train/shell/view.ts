// What people are shown of a run's state.
import { medianOf } from '../core/medians.ts';
import type { Closed } from '../model/records.ts';
import type { CoordinatorState, WorkerState } from '../core/state.ts';
import type { WorkerStatus } from '../run/status.ts';

export interface View {
  /** The open one, from 0; the number of rounds when all are closed. */
  readonly round: number;
  /** Shards of it whose result counts already. */
  readonly done: number;
  /** By name. */
  readonly workers: readonly WorkerStatus[];
  /** Milliseconds from dispatch to result of a shard; undefined before there are three. */
  readonly median: number | undefined;
  /** Oldest first. */
  readonly closed: readonly Closed[];
}

export function view({ round, done, workers, durations, closed }: CoordinatorState): View {
  const names = [...workers.keys()].sort();
  const crew = names.flatMap((name) => workers.get(name) ?? []).map(statusOf);
  return { round, done, workers: crew, median: medianOf(durations.train), closed };
}

function statusOf({ name, queue, isSilent, state, tasks }: WorkerState): WorkerStatus {
  if (isSilent) return { name, queue, state: 'silent', units: [] };
  const atWork = tasks.length > 0 ? 'busy' : 'idle';
  return { name, queue, state: state === 'draining' ? state : atWork, units: tasks };
}
