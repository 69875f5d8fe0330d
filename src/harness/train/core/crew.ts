// Follows the workers by their heartbeats: which are there, which are silent, and what each trains.
import { copyAt, flightOf, giveUp, isWanted, noteRunning, noteWaiting, queueOf } from './copies.ts';
import type { Draft } from './draft.ts';
import type { CoordinatorEvent } from './reducer-types.ts';
import type { WorkerState } from './state.ts';
import { isAttended, lookAt, takeOut } from './unattended.ts';
import { evaluateUnit, initUnit, trainUnit, unitOf } from '../model/unit.ts';

type Of<Kind extends CoordinatorEvent['kind']> = Extract<CoordinatorEvent, { kind: Kind }>;

/** Heartbeats that a worker may miss. */
const missed = 3;
/** Heartbeats after which a silent worker is forgotten. */
const forgotten = 300;

export function hear(draft: Draft, event: Of<'heartbeat'>): void {
  const { course } = draft.is;
  const { worker: name, queue, state, concurrency } = event;
  const known = draft.workers.get(name);
  const tasks = event.tasks.filter((id) => unitOf(id, course) !== undefined);
  const seen = draft.at;
  const worker = { name, queue, state, concurrency, tasks, seen, isSilent: false };
  draft.workers.set(name, worker);
  if (known && isSame(known, worker)) return;
  draft.isChanged = true;
  greet(draft, queue);
  tellChange(draft, known, worker);
  compare(draft, worker);
  if (known && known.queue !== queue) lookAt(draft, known.queue, 'returned');
  lookAt(draft, queue, 'returned');
}

const isSame = (a: WorkerState, b: WorkerState): boolean =>
  a.queue === b.queue &&
  a.state === b.state &&
  a.concurrency === b.concurrency &&
  a.isSilent === b.isSilent &&
  a.tasks.length === b.tasks.length &&
  a.tasks.every((id, place) => id === b.tasks[place]);

/** Takes back what an earlier coordinator sent to the queue and no worker has started. */
function greet(draft: Draft, queue: string): void {
  if (draft.queues.get(queue)) return;
  draft.queues.set(queue, queueOf(draft, queue));
  if (!draft.is.isAgain) return;
  takeOut(draft, queue, openUnits(draft));
}

function openUnits({ is }: Draft): string[] {
  const { run, shards } = is.course;
  if (is.phase.kind === 'initial') return [initUnit(run).id];
  const trained = Array.from({ length: shards }, (_, shard) => trainUnit(run, is.round, shard).id);
  const measured = is.closed.map(({ round }) => evaluateUnit(run, round).id);
  return is.phase.kind === 'training' ? [...trained, ...measured] : measured;
}

function tellChange(draft: Draft, known: WorkerState | undefined, now: WorkerState): void {
  const { name: worker, queue } = now;
  const tell = (state: 'joined' | 'back' | 'draining') =>
    draft.emit({ kind: 'worker', worker, queue, state });
  if (known === undefined) tell('joined');
  else if (known.isSilent) tell('back');
  if (now.state === 'draining' && known?.state !== 'draining') tell('draining');
}

/** What the worker had, and does not name, waits; what it names it trains. */
function compare(draft: Draft, { name, queue, tasks }: WorkerState): void {
  for (const flight of draft.flights.map.values()) {
    const copy = flight.copies.find(({ worker }) => worker === name);
    if (copy === undefined) continue;
    if (copy.queue !== queue || !tasks.includes(flight.unit.id)) noteWaiting(draft, flight, copy);
  }
  for (const id of tasks) {
    const unit = unitOf(id, draft.is.course);
    if (unit) noteRunning(draft, unit, name, queue);
  }
}

export function noteStarted(draft: Draft, { worker: name, queue, unit }: Of<'started'>): void {
  const worker = draft.workers.get(name);
  // Only heartbeats say how much a worker takes; the next one names the task.
  if (worker?.queue !== queue) return;
  const tasks = worker.tasks.includes(unit.id) ? worker.tasks : [...worker.tasks, unit.id];
  draft.workers.set(name, { ...worker, tasks, seen: draft.at, isSilent: false });
  tellChange(draft, worker, worker);
  if (worker.isSilent) compare(draft, { ...worker, tasks });
  noteRunning(draft, unit, name, queue);
  lookAt(draft, queue, 'returned');
}

/** The worker does not train it any more. */
export function noteEnded(draft: Draft, name: string, id: string): void {
  const worker = draft.workers.get(name);
  if (worker === undefined || (worker.tasks.length > 0 && !worker.tasks.includes(id))) return;
  const tasks = worker.tasks.filter((task) => task !== id);
  const state = worker.state === 'busy' && tasks.length === 0 ? 'idle' : worker.state;
  draft.workers.set(name, { ...worker, tasks, state });
  draft.isChanged = true;
}

/** It tries again, or hands the task back and ends. */
export function noteHandedBack(draft: Draft, event: Of<'failed'>): void {
  const { worker: name, queue, unit, verdict, error } = event;
  const worker = draft.workers.get(name);
  if (verdict === 'fatal' && worker && worker.state !== 'draining') {
    draft.workers.set(name, { ...worker, state: 'draining' });
    draft.emit({ kind: 'worker', worker: name, queue, state: 'draining' });
  }
  const flight = flightOf(draft, unit);
  const copy = isWanted(draft, unit) ? copyAt(flight, name, queue) : undefined;
  if (copy) noteWaiting(draft, flight, copy, `${name}: ${error}`);
  lookAt(draft, queue, 'failed');
}

/** At each tick. */
export function watch(draft: Draft): void {
  const { heartbeat } = draft.is.course;
  for (const worker of [...draft.workers.map.values()]) {
    const unheard = draft.at - worker.seen;
    if (worker.isSilent && unheard >= forgotten * heartbeat) draft.workers.delete(worker.name);
    if (worker.isSilent || unheard < missed * heartbeat) continue;
    if (worker.state === 'draining' && worker.tasks.length === 0) leave(draft, worker);
    else fallSilent(draft, worker);
  }
}

/** It had said so. */
function leave(draft: Draft, { name, queue }: WorkerState): void {
  draft.workers.delete(name);
  lookAt(draft, queue, 'returned');
}

function fallSilent(draft: Draft, worker: WorkerState): void {
  const { name, queue } = worker;
  draft.workers.set(name, { ...worker, isSilent: true });
  draft.emit({ kind: 'worker', worker: name, queue, state: 'silent' });
  // The broker gives its task to another worker of its queue, where there is one, but late.
  const others = isAttended(draft, queue) ? [queue] : [];
  for (const flight of [...draft.flights.map.values()]) {
    const copy = flight.copies.find((one) => one.worker === name);
    if (copy === undefined) continue;
    giveUp(draft, { ...flight, avoid: [...flight.avoid, ...others] }, copy, 'silent');
  }
  lookAt(draft, queue, 'silent');
}

/** After a gap in listening, no worker can be called silent. `before`: when the last event came. */
export function excuse(draft: Draft, before: number | undefined): void {
  const gap = draft.at - (before ?? draft.at);
  if (gap <= Math.max(2 * draft.is.course.heartbeat, 2_000)) return;
  for (const [name, worker] of [...draft.workers.map]) {
    draft.workers.set(name, { ...worker, seen: worker.seen + gap });
  }
}
