// Dispatches units to queues with room: first those that lost their worker, then new shards, then
// evaluations, and last stragglers.
import { changeFlight, flightOf, isWanted, noteSent } from './copies.ts';
import type { Draft } from './draft.ts';
import { medianOf } from './medians.ts';
import type { DispatchReason } from '../model/records.ts';
import type { Flight } from './state.ts';
import { initUnit, trainUnit, type Unit } from '../model/unit.ts';

export function dispatch(draft: Draft): void {
  const { dispatch_from } = draft.is;
  if (dispatch_from === undefined || draft.at < dispatch_from) return;
  const lanes = lanesOf(draft);
  const isFull = (): boolean => !lanes.some(hasRoom);
  if (isFull()) return;
  for (const unit of waiting(draft)) {
    const flight = flightOf(draft, unit);
    const lane = pickLane(lanes, flight);
    if (lane) send(draft, lane, flight, flight.why);
    if (isFull()) return;
  }
  for (const flight of stragglers(draft)) {
    const lane = pickLane(lanes, flight);
    if (lane) send(draft, lane, flight, 'straggler');
    if (isFull()) return;
  }
}

/** Units that no worker has. Each is dispatched, or put off, before the next is asked for. */
function* waiting(draft: Draft): Generator<Unit> {
  const { course, phase, evaluations } = draft.is;
  for (const flight of [...draft.flights.map.values()]) {
    if (flight.copies.length > 0 || flight.accepting) continue;
    if (isWanted(draft, flight.unit)) yield flight.unit;
  }
  if (phase.kind === 'initial') yield* untouched(draft, [initUnit(course.run)]);
  yield* shards(draft);
  yield* untouched(
    draft,
    [...evaluations.values()].map(({ unit }) => unit),
  );
}

function* untouched(draft: Draft, units: readonly Unit[]): Generator<Unit> {
  for (const unit of units) if (!draft.flights.has(unit.id)) yield unit;
}

function* shards(draft: Draft): Generator<Unit> {
  const { course, round, phase } = draft.is;
  if (phase.kind !== 'training' || draft.is.done >= course.enough) return;
  for (let shard = draft.is.next_shard; shard < course.shards; shard++) {
    draft.set({ next_shard: shard });
    const unit = trainUnit(course.run, round, shard);
    const isUntouched = (): boolean => isWanted(draft, unit) && !draft.flights.has(unit.id);
    if (isUntouched()) yield unit;
    // No room for it, then, nor for the others.
    if (isUntouched()) return;
  }
  draft.set({ next_shard: course.shards });
}

/** Milliseconds: a copy of what takes less costs more than it can gain. */
const shortest = 1_000;

/** Doubled with each copy: a large shard takes long everywhere. */
function* stragglers(draft: Draft): Generator<Flight> {
  const { course, durations } = draft.is;
  const medians = new Map(
    (['init', 'train', 'evaluate'] as const).map((kind) => [kind, medianOf(durations[kind])]),
  );
  for (const flight of [...draft.flights.map.values()]) {
    const median = medians.get(flight.unit.kind);
    const { copies } = flight;
    if (median === undefined || copies.length === 0 || flight.accepting) continue;
    const usual = Math.max(shortest, course.straggler_factor * median);
    const patience = usual * 2 ** (copies.length - 1);
    const newest = Math.max(...copies.map(({ since }) => since));
    if (draft.at - newest > patience) yield flight;
  }
}

function send(draft: Draft, lane: Lane, flight: Flight, why: DispatchReason): void {
  const { at } = draft;
  const { unit, rejected } = flight;
  const { queue } = lane;
  lane.load++;
  const copy = {
    queue,
    worker: undefined,
    since: at,
    isOurs: true,
    waiting_since: at,
    retried: undefined,
  };
  changeFlight(draft, flight, { copies: [...flight.copies, copy] });
  noteSent(draft, queue, unit.id);
  const parameters = parametersOf(draft, unit);
  draft.emit({ kind: 'dispatch', unit, queue, parameters, rejected, why });
}

/** What the unit starts from; undefined for the init unit. */
export function parametersOf({ is }: Draft, { id, kind }: Unit) {
  return kind === 'evaluate' ? is.evaluations.get(id)?.parameters : is.parameters;
}

/** How much a queue may take: the slots of its workers, and what of this run is in them. */
interface Lane {
  readonly queue: string;
  /** How many tasks its workers train at once. */
  slots: number;
  /** Tasks that wait there or are being trained, including late copies of done units. */
  load: number;
}

/** The queues with a worker that takes new tasks. */
function lanesOf(draft: Draft): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const { queue, state, isSilent, concurrency, tasks } of draft.workers.map.values()) {
    if (isSilent || state === 'draining' || isClosed(draft, queue)) continue;
    const lane = lanes.get(queue) ?? { queue, slots: 0, load: 0 };
    lane.slots += concurrency;
    // One that is busy without a task holds a failed one back until it is tried again.
    lane.load += Math.max(tasks.length, state === 'busy' ? 1 : 0);
    lanes.set(queue, lane);
  }
  for (const { copies } of draft.flights.map.values()) {
    for (const { queue, worker } of copies) {
      const lane = worker === undefined ? lanes.get(queue) : undefined;
      if (lane) lane.load++;
    }
  }
  return [...lanes.values()];
}

const isClosed = ({ queues, at }: Draft, queue: string): boolean =>
  (queues.get(queue)?.closed_until ?? 0) > at;

const hasRoom = ({ slots, load }: Lane): boolean => load < slots;

/** Never where the unit already is, and only where it failed least often: else it waits. */
function pickLane(
  lanes: readonly Lane[],
  { copies, avoid }: Pick<Flight, 'copies' | 'avoid'>,
): Lane | undefined {
  const others = lanes.filter(({ queue }) => !copies.some((copy) => copy.queue === queue));
  const failuresIn = ({ queue }: Lane): number => avoid.filter((one) => one === queue).length;
  const fewest = Math.min(...others.map(failuresIn));
  let best: Lane | undefined;
  for (const lane of others) {
    if (failuresIn(lane) > fewest || !hasRoom(lane)) continue;
    if (lane.load < (best?.load ?? Infinity)) best = lane;
  }
  return best;
}
