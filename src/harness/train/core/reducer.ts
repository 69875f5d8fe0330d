// The coordinator's core: state and event give the next state and commands. No clock, no
// randomness, no I/O.
import { unreachable } from '../../../topology/object.ts';
import { newFlight } from './copies.ts';
import { excuse, hear, noteStarted, watch } from './crew.ts';
import { dispatch } from './dispatching.ts';
import { Draft } from './draft.ts';
import { findLost, noteReturned } from './failing.ts';
import { noDurations } from './medians.ts';
import type { Command, CoordinatorEvent, Course } from './reducer-types.ts';
import { consider, noteAccepted, noteFailed, noteGivenUp, noteRejected } from './results.ts';
import type { Resumed } from './resume.ts';
import { advance, noteClosed, pendingEvaluations, phaseAfter } from './rounds.ts';
import type { CoordinatorState, Flight } from './state.ts';
import { takeBackAgain } from './unattended.ts';
import type { Unit } from '../model/unit.ts';

export type { CoordinatorState } from './state.ts';

/** Heartbeats for which a coordinator that follows another only listens. */
const listenFor = 1.5;

/** What is due at once is asked for at the first step. */
export function begin(course: Course, resumed: Resumed): CoordinatorState {
  const { parameters, closed, accepted, rejected, isAgain, evaluated } = resumed;
  if (parameters === undefined && !course.init)
    throw new Error(`run ${course.run} has no first parameters, and no init unit`);
  const byShard = new Map(accepted.map((one) => [one.unit.shard, one]));
  const results = Array.from({ length: course.shards }, (_, shard) => byShard.get(shard));
  return {
    course,
    isAgain,
    parameters,
    closed,
    round: closed.length,
    phase: firstPhase(course, resumed),
    clock: undefined,
    dispatch_from: isAgain ? undefined : 0,
    results,
    done: results.filter((result) => result !== undefined).length,
    next_shard: 0,
    evaluations: pendingEvaluations(course, closed, evaluated),
    flights: flightsOf(rejected),
    workers: new Map(),
    queues: new Map(),
    durations: { init: noDurations, train: noDurations, evaluate: noDurations },
  };
}

/** Without a copy they get dispatched. */
function flightsOf(units: readonly Unit[]): Map<string, Flight> {
  const flights = new Map<string, Flight>();
  for (const unit of units) {
    const { rejected } = flights.get(unit.id) ?? newFlight(unit);
    flights.set(unit.id, { ...newFlight(unit), why: 'invalid', rejected: rejected + 1 });
  }
  return flights;
}

function firstPhase(course: Course, { parameters, closed }: Resumed): CoordinatorState['phase'] {
  if (parameters === undefined) return { kind: 'initial' };
  return phaseAfter(course, closed);
}

/** The same state and event give the same commands; the state that was given stays as it was. */
export function step(
  state: CoordinatorState,
  event: CoordinatorEvent,
): { readonly state: CoordinatorState; readonly commands: readonly Command[] } {
  const draft = new Draft(state, event.at);
  excuse(draft, state.clock);
  if (isOver(draft)) dropLate(draft, event);
  else {
    react(draft, event);
    advance(draft);
    if (draft.isChanged || event.kind === 'tick') dispatchIfOpen(draft);
  }
  return { state: draft.toState(), commands: draft.commands };
}

function react(draft: Draft, event: CoordinatorEvent): void {
  switch (event.kind) {
    case 'heartbeat':
      hear(draft, event);
      return;
    case 'started':
      noteStarted(draft, event);
      return;
    case 'failed':
      noteFailed(draft, event);
      return;
    case 'given_up':
      noteGivenUp(draft, event);
      return;
    case 'candidate':
      consider(draft, event);
      return;
    case 'accepted':
      noteAccepted(draft, event.accepted);
      return;
    case 'rejected':
      noteRejected(draft, event);
      return;
    case 'closed':
      noteClosed(draft, event.closed);
      return;
    case 'returned':
      noteReturned(draft, event.queue, event.unit);
      return;
    case 'tick':
      look(draft);
      return;
    default:
      unreachable(event);
  }
}

/** What happens through time alone. */
function look(draft: Draft): void {
  if (draft.is.dispatch_from === undefined)
    draft.set({ dispatch_from: draft.at + listenFor * draft.is.course.heartbeat });
  watch(draft);
  takeBackAgain(draft);
  findLost(draft);
}

function dispatchIfOpen(draft: Draft): void {
  if (!isOver(draft)) dispatch(draft);
}

const isOver = ({ is }: Draft): boolean =>
  is.phase.kind === 'finished' || is.phase.kind === 'failed';

/** When a run has failed, results stay in the queue: a resumed run may need them. */
function dropLate(draft: Draft, event: CoordinatorEvent): void {
  if (event.kind !== 'candidate' || draft.is.phase.kind === 'failed') return;
  const { delivery, unit, worker } = event;
  draft.emit({ kind: 'drop', delivery, unit, worker });
}
