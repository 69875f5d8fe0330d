// Computes the status of a run: what the core knows, when its rounds closed, and how long the rest
// may take.
import type { CoordinatorState, WorkerState } from '../core/state.ts';
import type { RoundStatus, Status, WorkerStatus } from '../run/status.ts';
import { medianOf } from '../core/medians.ts';
import type { Closed } from '../model/records.ts';

export interface Chronicle {
  readonly run: string;
  readonly started_at: number;
  /** When this coordinator began, and how many rounds were closed already. */
  readonly resumed_at: number;
  readonly closed_before: number;
}

/** `history`: of the rounds closed so far; one that is closed now is added to it. */
export function statusOf(
  state: CoordinatorState,
  history: RoundStatus[],
  { run, started_at, resumed_at, closed_before }: Chronicle,
  now: number,
): Status {
  const { round, done, workers, closed } = view(state);
  for (const { round: number, metrics } of closed.slice(history.length)) {
    history.push({ round: number, at: now, metrics });
  }
  const { rounds, shards } = state.course;
  const eta_seconds = etaOf(
    { rounds, shards, done, closed: closed.length },
    closed_before,
    now - resumed_at,
  );
  return {
    run,
    pid: process.pid,
    state: 'running',
    started_at,
    at: now,
    round: Math.min(round, rounds - 1),
    rounds,
    shards,
    done: round < rounds ? done : shards,
    metrics: closed.at(-1)?.metrics ?? {},
    history: [...history],
    workers,
    ...(eta_seconds !== undefined && { eta_seconds }),
  };
}

/**
 * As fast as it went so far; undefined before the first round of this coordinator is closed.
 * `elapsed`: milliseconds.
 */
function etaOf(
  { rounds, shards, done, closed }: Record<'rounds' | 'shards' | 'done' | 'closed', number>,
  before: number,
  elapsed: number,
): number | undefined {
  if (closed <= before) return undefined;
  const isOpen = closed < rounds;
  const made = closed - before + (isOpen ? done / shards : 0);
  return ((elapsed / made) * Math.max(0, rounds - before - made)) / 1_000;
}

interface View {
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

/** What people are shown of a run's state. */
export function view({ round, done, workers, durations, closed }: CoordinatorState): View {
  const names = [...workers.keys()].sort();
  const crew = names.flatMap((name) => workers.get(name) ?? []).map(workerStatusOf);
  return { round, done, workers: crew, median: medianOf(durations.train), closed };
}

function workerStatusOf({ name, queue, isSilent, state, tasks }: WorkerState): WorkerStatus {
  if (isSilent) return { name, queue, state: 'silent', units: [] };
  const atWork = tasks.length > 0 ? 'busy' : 'idle';
  return { name, queue, state: state === 'draining' ? state : atWork, units: tasks };
}
