// What is still away of what an apply took: it comes back before anything else.
import { endsOf, type Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveObject, LiveQueue } from '../topology/live.ts';
import { isEqual } from '../topology/normal-form.ts';
import { type Binding, isQueue, type Queue, type TopologyObject } from '../topology/object.ts';
import type { Reader } from './broker.ts';
import type { Outcome } from './outcome.ts';
import type { Kept, Record, Replaced } from './record.ts';

/** How many of the objects to replace are as planned, away, as before, or otherwise. */
interface Progress {
  readonly done: number;
  readonly away: number;
  readonly not_begun: number;
  readonly changed: number;
}

/** The part of a record that is still away. */
export interface Owed {
  readonly kept: Kept;
  readonly progress: Progress;
  readonly replaced: readonly Replaced[];
  /** Queues that are on their way through a parking queue. */
  readonly carried: readonly CarriedOver[];
  readonly bindings: readonly Binding[];
  /** These can't come back: an end is gone, and not taken by the same apply. */
  readonly lost: readonly Binding[];
}

/** A queue whose migration has not ended, and the bindings that it gets back. */
interface CarriedOver {
  readonly before: Queue;
  readonly after: Queue;
  readonly parking: Queue;
  /** How many messages wait in it. */
  readonly messages: number;
  readonly bindings: readonly Binding[];
}

export function owedBy(kept: Kept, live: Live): Owed {
  const { record } = kept;
  const isThere = (object: TopologyObject): boolean => live.objects.has(addressOf(object));
  const isUnderWay = ({ after, parking }: Replaced): boolean =>
    parking !== undefined && (isThere(parking) || !isThere(after));
  const [underWay, others] = partition(record.replaced, isUnderWay);
  const replaced = others.filter(({ after }) => !isThere(after));
  const returning = new Set([...underWay, ...replaced].map(({ after }) => addressOf(after)));
  const comesBack = (binding: Binding): boolean =>
    Object.values(endsOf(binding)).every((end) => live.objects.has(end) || returning.has(end));
  const missing = record.bindings.filter(
    (binding) => !isThere(binding) && !isGone(binding, record, live),
  );
  const [back, lost] = partition(missing, comesBack);
  const carried = underWay.flatMap((one) =>
    toCarried(one, record.bindings.filter(comesBack), live),
  );
  const along = new Set(carried.flatMap((one) => one.bindings));
  const bindings = back.filter((binding) => !along.has(binding));
  return { kept, progress: progressOf(record, live), replaced, carried, bindings, lost };
}

/** What a run has deleted since is not missing, though it came back for a while. */
export function withoutDeleted({ record, where }: Kept, outcomes: readonly Outcome[]): Kept {
  const deleted = new Set(
    outcomes.flatMap(({ step, kind }) =>
      step.kind === 'delete' && kind === 'succeeded' ? step.address : [],
    ),
  );
  const bindings = record.bindings.filter((binding) => !deleted.has(addressOf(binding)));
  return { record: { ...record, bindings }, where };
}

function toCarried(
  { before, after, parking }: Replaced,
  all: readonly Binding[],
  { objects }: Live,
): CarriedOver[] {
  if (!isQueue(before) || !isQueue(after) || parking === undefined) return [];
  const bindings = all.filter((binding) => endsOf(binding).destination === addressOf(after));
  const found = objects.get(addressOf(parking));
  const messages = isQueue(found) ? (found.ready ?? 0) + (found.unacked ?? 0) : 0;
  return [{ before, after, parking, messages, bindings }];
}

/** Whether it was to go for good, and has: with its queue, or with its exchange. */
function isGone(binding: Binding, { unbound = [] }: Record, { objects }: Live): boolean {
  const { source, destination } = endsOf(binding);
  if (binding.destination_type !== 'queue' || !unbound.includes(binding.destination)) return false;
  const isThere = (end: Address): boolean => objects.has(end);
  return !isThere(destination) || !isThere(source);
}

function progressOf({ replaced }: Record, live: Live): Progress {
  const progress = { done: 0, away: 0, not_begun: 0, changed: 0 };
  for (const { before, after } of replaced) {
    const found = live.objects.get(addressOf(after));
    if (found === undefined) progress.away++;
    else if (isEqual(found, after)) progress.done++;
    else if (isEqual(found, before)) progress.not_begun++;
    else progress.changed++;
  }
  return progress;
}

/** Whether everything is back. */
export const isSettled = (owed: Owed): boolean => !isOpen(owed) && owed.lost.length === 0;

/** Whether something must be put back. */
export const isOpen = ({ replaced, carried, bindings }: Owed): boolean =>
  replaced.length + carried.length + bindings.length > 0;

/** Counts what waits in parking queues: lists count a quorum queue's messages up to 5 s late. */
export async function countParked(
  owed: readonly Owed[],
  { objects }: Live,
  reader: Reader,
): Promise<readonly Owed[]> {
  const parking = owed.flatMap(({ carried }) =>
    carried.map((one) => objects.get(addressOf(one.parking))).filter((one) => isHeld(one)),
  );
  if (parking.length === 0) return owed;
  const depths = await reader.readDepths(parking);
  const counted = (one: CarriedOver): CarriedOver => {
    const depth = depths.get(addressOf(one.parking));
    return depth?.kind === 'known' ? { ...one, messages: depth.ready + depth.unacked } : one;
  };
  return owed.map((one) => ({ ...one, carried: one.carried.map(counted) }));
}

const isHeld = (object: LiveObject | undefined): object is LiveQueue =>
  isQueue(object) && 'state' in object;

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
