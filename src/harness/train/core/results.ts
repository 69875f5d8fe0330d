// Accepts the first valid result of each unit, and drops the others.
import { changeFlight, copyAt, flightOf, isWanted, noteGone } from './copies.ts';
import { noteEnded, noteHandedBack } from './crew.ts';
import type { Draft } from './draft.ts';
import { countFailure } from './failing.ts';
import { withDuration } from './medians.ts';
import type { Accepted } from '../model/records.ts';
import type { Candidate, CoordinatorEvent } from './reducer-types.ts';
import { drop, retire } from './retire.ts';
import type { Flight } from './state.ts';
import type { Unit } from '../model/unit.ts';

type Of<Kind extends CoordinatorEvent['kind']> = Extract<CoordinatorEvent, { kind: Kind }>;

export function consider(draft: Draft, event: Of<'candidate'>): void {
  const { at, delivery, unit, worker } = event;
  const candidate = { delivery, unit, worker };
  const isNeeded = isWanted(draft, unit);
  const { flight, since } = endCopy(draft, unit, worker);
  if (!isNeeded) drop(draft, candidate);
  else if (flight.accepting) {
    changeFlight(draft, flight, { kept: [...flight.kept, candidate] });
  } else {
    const duration = since === undefined ? undefined : at - since;
    accept(draft, flight, candidate, duration);
  }
}

/** `since`: when the copy was dispatched, if that is known. */
function endCopy(draft: Draft, unit: Unit, name: string) {
  noteEnded(draft, name, unit.id);
  const queue = draft.workers.get(name)?.queue;
  if (queue !== undefined) noteGone(draft, queue, unit.id);
  const flight = flightOf(draft, unit);
  const copy = copyAt(flight, name, queue);
  if (copy === undefined) return { flight, since: undefined };
  const copies = flight.copies.filter((other) => other !== copy);
  const since = copy.isOurs ? copy.since : undefined;
  return { flight: changeFlight(draft, flight, { copies }), since };
}

function accept(
  draft: Draft,
  flight: Flight,
  accepting: Candidate,
  duration: number | undefined,
): void {
  changeFlight(draft, flight, { accepting, duration });
  draft.emit({ kind: 'accept', delivery: accepting.delivery, unit: flight.unit });
}

export function noteAccepted(draft: Draft, accepted: Accepted): void {
  const { unit } = accepted;
  const flight = draft.flights.get(unit.id);
  if (flight?.accepting === undefined) return;
  const { durations } = draft.is;
  if (flight.duration !== undefined) {
    const kind = withDuration(durations[unit.kind], flight.duration);
    draft.set({ durations: { ...durations, [unit.kind]: kind } });
  }
  record(draft, accepted);
  retire(draft, flight);
}

function record(draft: Draft, accepted: Accepted): void {
  const { unit, parameters } = accepted;
  if (unit.kind === 'train') draft.setResult(accepted);
  else if (unit.kind === 'evaluate') {
    const evaluations = new Map(draft.is.evaluations);
    evaluations.delete(unit.id);
    draft.set({ evaluations });
  } else {
    if (parameters === undefined) throw new Error(`${unit.id} was accepted without parameters`);
    draft.set({ parameters, phase: { kind: 'training' } });
  }
}

export function noteRejected(draft: Draft, event: Of<'rejected'>): void {
  const flight = draft.flights.get(event.unit.id);
  if (flight?.accepting === undefined) return;
  const [next, ...kept] = flight.kept;
  const without = changeFlight(draft, flight, { accepting: next, duration: undefined, kept });
  if (!event.isOld) {
    const error = `the result of ${event.worker} is not valid: ${event.reason}`;
    const queue = draft.workers.get(event.worker)?.queue;
    const rejected = changeFlight(draft, without, { rejected: without.rejected + 1 });
    countFailure(draft, rejected, { queue, why: 'invalid', error });
  }
  if (next) draft.emit({ kind: 'accept', delivery: next.delivery, unit: flight.unit });
}

export function noteFailed(draft: Draft, event: Of<'failed'>): void {
  const { unit, worker, verdict } = event;
  if (verdict === 'poison') {
    noteGivenUp(draft, event);
    return;
  }
  noteEnded(draft, worker, unit.id);
  noteHandedBack(draft, event);
}

/** Its worker has given up. */
export function noteGivenUp(draft: Draft, event: Of<'given_up'> | Of<'failed'>): void {
  const { unit, worker, queue } = event;
  const isNeeded = isWanted(draft, unit);
  const { flight } = endCopy(draft, unit, worker);
  const error = `${worker}: ${event.error}`;
  if (isNeeded) countFailure(draft, flight, { queue, why: 'failed', error });
}
