// Counts failures of units, and tries elsewhere. The last allowed one ends the run, or drops an
// evaluation.
import { changeFlight, giveUp, isWanted, noteGone } from './copies.ts';
import type { Draft } from './draft.ts';
import type { DispatchReason } from '../model/records.ts';
import { retire } from './retire.ts';
import type { Copy, Flight } from './state.ts';

export interface Failure {
  readonly queue: string | undefined;
  readonly why: DispatchReason;
  /** Who says so, and what. */
  readonly error: string;
}

/** Heartbeats for which a task may be with no worker: retry queues hold it for a while. */
const lostAfter = 60;

export function countFailure(draft: Draft, flight: Flight, { queue, why, error }: Failure): void {
  const failures = flight.failures + 1;
  const avoid = queue === undefined ? flight.avoid : [...flight.avoid, queue];
  changeFlight(draft, flight, { failures, why, avoid });
  // A result that is being checked may still be a good one.
  if (flight.accepting || failures < draft.is.course.max_failures) return;
  const times = failures === 1 ? 'once' : `${failures} times`;
  const reason = `${flight.unit.id} failed ${times}, at last: ${error}`;
  if (flight.unit.kind === 'evaluate') {
    leaveOut(draft, flight, reason);
    return;
  }
  draft.set({ phase: { kind: 'failed' } });
  draft.emit({ kind: 'fail', reason });
}

/** The model does not depend on it. */
function leaveOut(draft: Draft, flight: Flight, reason: string): void {
  const evaluations = new Map(draft.is.evaluations);
  evaluations.delete(flight.unit.id);
  draft.set({ evaluations });
  retire(draft, flight);
  draft.emit({ kind: 'leave_out', unit: flight.unit, reason });
}

/** No queue took it. */
export function noteReturned(draft: Draft, queue: string, unit: Flight['unit']): void {
  noteGone(draft, queue, unit.id);
  const closed_until = draft.at + 3 * draft.is.course.heartbeat;
  const state = draft.queues.get(queue);
  if (state) draft.queues.set(queue, { ...state, closed_until });
  const flight = draft.flights.get(unit.id);
  const copy = flight?.copies.find((one) => one.queue === queue);
  if (flight && copy) giveUp(draft, flight, copy, 'returned');
}

/**
 * At each tick. A task that waits where every worker has long been idle is in no queue any more:
 * its worker had no attempts left, or someone removed it. Where workers are busy, and with no task
 * of this run, it may come yet, but it goes elsewhere, too: anyone can claim so of a worker.
 */
export function findLost(draft: Draft): void {
  const before = draft.at - lostAfter * draft.is.course.heartbeat;
  for (const flight of [...draft.flights.map.values()]) {
    const copy = flight.copies.find(
      (one) => isLong(one, before) && busyWith(draft, one.queue) !== 'this run',
    );
    if (copy === undefined || !isWanted(draft, flight.unit)) continue;
    const { queue, retried: error } = copy;
    const isLost = busyWith(draft, queue) === 'nothing';
    const avoid = isLost ? flight.avoid : [...flight.avoid, queue];
    const without = giveUp(draft, { ...flight, avoid }, copy, 'returned');
    if (isLost && error !== undefined)
      countFailure(draft, without, { queue, why: 'failed', error });
  }
}

const isLong = ({ worker, waiting_since }: Copy, before: number): boolean =>
  worker === undefined && waiting_since <= before;

/**
 * What the workers of a queue say that they train; the tasks of this run are proven by their words.
 */
function busyWith({ workers }: Draft, queue: string): 'this run' | 'something' | 'nothing' {
  const busy = [...workers.map.values()].filter(
    (worker) => worker.queue === queue && !worker.isSilent && worker.state === 'busy',
  );
  if (busy.length === 0) return 'nothing';
  return busy.some(({ tasks }) => tasks.length > 0) ? 'this run' : 'something';
}
