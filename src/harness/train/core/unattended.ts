// Finds queues without a worker: dispatches what waits there elsewhere, and has it taken out.
import { changeFlight, queueOf } from './copies.ts';
import type { Draft } from './draft.ts';
import type { DispatchReason } from '../model/records.ts';
import type { QueueState } from './state.ts';

/** Milliseconds. A dead worker's tasks come back to its queue when the broker has noticed. */
const connectionDiesWithin = 30_000;
/** Heartbeats. */
const takenWithin = 0.5;

/** Whether a worker takes new tasks from the queue. */
export function isAttended(draft: Draft, queue: string): boolean {
  for (const worker of draft.workers.map.values()) {
    if (worker.queue === queue && !worker.isSilent && worker.state !== 'draining') return true;
  }
  return false;
}

/** After a worker of the queue came, or went, or gave something back. */
export function lookAt(draft: Draft, queue: string, why: DispatchReason): void {
  const { unattended } = queueOf(draft, queue);
  if (isAttended(draft, queue)) {
    if (unattended) draft.queues.set(queue, { ...queueOf(draft, queue), unattended: undefined });
    return;
  }
  const isGivenUp = giveUpWaiting(draft, queue, why);
  if (unattended && !isGivenUp) return;
  takeBack(draft, queue, { since: draft.at, taken: draft.at });
}

function giveUpWaiting(draft: Draft, queue: string, why: DispatchReason): boolean {
  let isAny = false;
  for (const flight of draft.flights.map.values()) {
    const copies = flight.copies.filter(
      (copy) => copy.queue !== queue || copy.worker !== undefined,
    );
    if (copies.length === flight.copies.length) continue;
    changeFlight(draft, flight, { copies, why });
    isAny = true;
  }
  return isAny;
}

function takeBack(draft: Draft, queue: string, unattended: QueueState['unattended']): void {
  const state = queueOf(draft, queue);
  draft.queues.set(queue, { ...state, unattended });
  takeOut(draft, queue, [...state.sent]);
}

/** Send nothing there for a while: it would be taken out, too. */
export function takeOut(draft: Draft, queue: string, units: readonly string[]): void {
  if (units.length === 0) return;
  const state = queueOf(draft, queue);
  const free = draft.at + takenWithin * draft.is.course.heartbeat;
  draft.queues.set(queue, { ...state, closed_until: Math.max(state.closed_until, free) });
  draft.emit({ kind: 'take_back', queue, units });
}

/** Again, as tasks that their workers had not acked come back late. */
export function takeBackAgain(draft: Draft): void {
  const { at } = draft;
  const pause = 3 * draft.is.course.heartbeat;
  for (const [queue, { unattended }] of draft.queues.map) {
    if (unattended === undefined) continue;
    const { since, taken } = unattended;
    if (at - taken < pause || taken - since >= connectionDiesWithin) continue;
    takeBack(draft, queue, { since, taken: at });
  }
}

/** The unit is done: its tasks are no longer needed. */
export function takeBackDone(draft: Draft, id: string): void {
  for (const [queue, { sent, unattended }] of draft.queues.map) {
    if (unattended && sent.has(id)) draft.emit({ kind: 'take_back', queue, units: [id] });
  }
}

/** At the end of a round: what was in the queues that are attended is trained, or was. */
export function forgetSent(draft: Draft): void {
  const trained = new Set([...draft.workers.map.values()].flatMap(({ tasks }) => tasks));
  for (const [queue, state] of draft.queues.map) {
    if (state.unattended !== undefined || state.sent.size === 0) continue;
    const sent = [...state.sent].filter((id) => draft.flights.has(id) || trained.has(id));
    draft.queues.set(queue, { ...state, sent: new Set(sent) });
  }
}
