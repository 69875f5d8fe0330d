// The copies of a unit's task, and where each one is as far as is known.
import type { Draft } from './draft.ts';
import type { DispatchReason } from '../model/records.ts';
import type { Copy, Flight, QueueState } from './state.ts';
import type { Unit } from '../model/unit.ts';

/** Whether a result of the unit would still count. */
export function isWanted({ is }: Draft, { id, kind, round, shard }: Unit): boolean {
  if (kind === 'init') return is.phase.kind === 'initial';
  if (kind === 'evaluate') return is.evaluations.has(id);
  return (
    is.phase.kind === 'training' &&
    round === is.round &&
    is.done < is.course.enough &&
    shard < is.results.length &&
    is.results[shard] === undefined
  );
}

export const newFlight = (unit: Unit): Flight => ({
  unit,
  copies: [],
  why: 'first',
  avoid: [],
  failures: 0,
  rejected: 0,
  accepting: undefined,
  duration: undefined,
  kept: [],
});

export const flightOf = (draft: Draft, unit: Unit): Flight =>
  draft.flights.get(unit.id) ?? newFlight(unit);

export const queueOf = (draft: Draft, queue: string): QueueState =>
  draft.queues.get(queue) ?? { sent: new Set(), unattended: undefined, closed_until: 0 };

export function changeFlight(draft: Draft, flight: Flight, changes: Partial<Flight>): Flight {
  const changed = { ...flight, ...changes };
  draft.flights.set(flight.unit.id, changed);
  draft.isChanged = true;
  return changed;
}

export function noteSent(draft: Draft, queue: string, id: string): void {
  const state = queueOf(draft, queue);
  if (state.sent.has(id)) return;
  draft.queues.set(queue, { ...state, sent: new Set(state.sent).add(id) });
}

export function noteGone(draft: Draft, queue: string, id: string): void {
  const state = queueOf(draft, queue);
  if (!state.sent.has(id)) return;
  const sent = new Set(state.sent);
  sent.delete(id);
  draft.queues.set(queue, { ...state, sent });
}

/**
 * The worker trains the unit: the copy that waited in its queue, one it had before, or an unknown
 * one.
 */
export function noteRunning(draft: Draft, unit: Unit, worker: string, queue: string): void {
  noteSent(draft, queue, unit.id);
  if (!isWanted(draft, unit)) return;
  const flight = flightOf(draft, unit);
  if (flight.copies.some((copy) => copy.worker === worker && copy.queue === queue)) return;
  const waiting = flight.copies.find((copy) => copy.worker === undefined && copy.queue === queue);
  const copy = waiting ?? heardOf(queue, draft.at);
  const others = flight.copies.filter((other) => other !== waiting);
  changeFlight(draft, flight, { copies: [...others, { ...copy, worker }] });
}

const heardOf = (queue: string, at: number): Copy => ({
  queue,
  worker: undefined,
  since: at,
  isOurs: false,
  waiting_since: at,
  retried: undefined,
});

/** It waits in its queue, or where tasks wait to be tried again, or its result is under way. */
export function noteWaiting(
  draft: Draft,
  flight: Flight,
  copy: Copy,
  retried: string | undefined = copy.retried,
): void {
  const waiting = { ...copy, worker: undefined, waiting_since: draft.at, retried };
  changeFlight(draft, flight, {
    copies: flight.copies.map((other) => (other === copy ? waiting : other)),
  });
}

/** The copy that this worker has, or that waits in its queue. */
export const copyAt = (flight: Flight, worker: string, queue: string | undefined) =>
  flight.copies.find((copy) => copy.worker === worker) ??
  flight.copies.find((copy) => copy.worker === undefined && copy.queue === queue);

/** It brings no result any more. */
export function giveUp(draft: Draft, flight: Flight, copy: Copy, why: DispatchReason): Flight {
  return changeFlight(draft, flight, {
    copies: flight.copies.filter((other) => other !== copy),
    why,
  });
}
