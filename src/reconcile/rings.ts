// Ties changes on exchanges with a ring. Such an exchange keeps one place for each destination and
// loses it with the first of its bindings, so all of them go at once and the new ones come after:
// one step carries the others.
import { endsOf, type Address } from '../topology/address.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveBinding, LiveExchange } from '../topology/live.ts';
import { type Exchange, isBinding, isExchange, type TopologyObject } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { byAddress, subjectOf, type Change } from './change.ts';

type Declarations = ReadonlyMap<Address, Declared>;

/**
 * This type loses a destination's place when one of two bindings to it goes (rabbitmq-server
 * #9641), although the other remains. Measured by publishing, type by type:
 * docs/decisions/rings.md.
 */
const ringTypes: readonly string[] = ['x-consistent-hash'];

const hasRing = (object: TopologyObject | undefined): object is Exchange =>
  isExchange(object) && ringTypes.includes(object.type);

interface Place {
  readonly source: LiveExchange;
  readonly bound: LiveBinding[];
}

/** Ties changes that must go or come back together. */
export function tieOnRings(
  changes: readonly Change[],
  declared: Declarations,
  live: Live,
): readonly Change[] {
  const places = placesOf(live);
  if (places.size === 0) return changes;
  const result = byAddress(changes);
  const created = createdByPlace(changes);
  for (const [key, { bound }] of places) {
    for (const change of tie(bound, created.get(key) ?? [], result, declared)) {
      result.set(change.address, change);
    }
  }
  for (const change of emptied(places, result, declared)) result.set(change.address, change);
  return [...result.values()];
}

const placeOf = (source: Address, destination: Address): string => `${source} ${destination}`;

function placesOf(live: Live): Map<string, Place> {
  const places = new Map<string, Place>();
  if (![...live.objects.values()].some(hasRing)) return places;
  for (const object of live.objects.values()) {
    if (!isBinding(object)) continue;
    const ends = endsOf(object);
    const source = live.objects.get(ends.source);
    if (!hasRing(source)) continue;
    const key = placeOf(ends.source, ends.destination);
    const place = places.get(key) ?? { source, bound: [] };
    place.bound.push(object);
    places.set(key, place);
  }
  return places;
}

function createdByPlace(changes: readonly Change[]): Map<string, Change[]> {
  const created = new Map<string, Change[]>();
  for (const change of changes) {
    const object = subjectOf(change);
    if (change.kind !== 'create' || !isBinding(object)) continue;
    const { source, destination } = endsOf(object);
    const key = placeOf(source, destination);
    created.set(key, [...(created.get(key) ?? []), change]);
  }
  return created;
}

/** Skips places with an end that goes itself: the ring doesn't matter there. */
function tie(
  bound: readonly LiveBinding[],
  created: readonly Change[],
  changes: ReadonlyMap<Address, Change>,
  declared: Declarations,
): Change[] {
  const deleted = bound.flatMap((binding) => changes.get(addressOf(binding)) ?? []);
  const stays = bound.length > deleted.length || created.length > 0;
  if (deleted.length === 0 || !stays || bound.some((one) => isAtGoingEnd(one, changes))) return [];
  const [carrier, ...tied] = [...sorted(created), ...sorted(deleted)];
  if (carrier === undefined) return [];
  const because = carrier.address;
  const kept = bound.filter((binding) => !changes.has(addressOf(binding)));
  return [
    ...tied.map((change): Change => ({ ...change, because })),
    ...kept.map((binding) => comesBack(binding, because, declared)),
  ];
}

function isAtGoingEnd(binding: LiveBinding, changes: ReadonlyMap<Address, Change>): boolean {
  return Object.values(endsOf(binding)).some((end) => changes.has(end));
}

const sorted = (changes: readonly Change[]): Change[] =>
  [...changes].sort((a, b) => (a.address < b.address ? -1 : 1));

function comesBack(
  before: LiveBinding | LiveExchange,
  because: Address,
  declared: Declarations,
): Change {
  const address = addressOf(before);
  const own = declared.get(address);
  const managed = own !== undefined;
  const at = own && { at: own.at };
  return { kind: 'replace', address, before, after: before, managed, because, ...at };
}

/** Replaces auto_delete exchanges that would lose their last binding before another comes. */
function emptied(
  places: ReadonlyMap<string, Place>,
  changes: ReadonlyMap<Address, Change>,
  declared: Declarations,
): Change[] {
  const bySource = new Map<Address, { source: LiveExchange; bound: LiveBinding[] }>();
  for (const { source, bound } of places.values()) {
    if (!source.auto_delete || changes.has(addressOf(source))) continue;
    const known = bySource.get(addressOf(source));
    bySource.set(addressOf(source), { source, bound: [...(known?.bound ?? []), ...bound] });
  }
  return [...bySource.values()].flatMap(({ source, bound }) => {
    const going = sorted(bound.flatMap((binding) => changes.get(addressOf(binding)) ?? []));
    const tied = going.find((change) => change.kind !== 'create' && isTied(change, changes));
    if (tied === undefined || going.length < bound.length) return [];
    return [comesBack(source, tied.address, declared)];
  });
}

/** Whether another binding of the same place replaces it. */
function isTied(change: Change, changes: ReadonlyMap<Address, Change>): boolean {
  if (change.because !== undefined) return true;
  return [...changes.values()].some(({ because }) => because === change.address);
}

/** A ring keeps one place even if two bindings lead to one destination. */
export function warnOfSharedPlaces(desired: Desired, live: Live): Problem[] {
  const declared = [...desired.objects.values()].map(({ object }) => object);
  if (![...declared, ...live.objects.values()].some(hasRing)) return [];
  const first = new Map<string, Address>();
  return [...desired.objects].flatMap(([address, { object, at }]) => {
    if (!isBinding(object)) return [];
    const { source, destination } = endsOf(object);
    const exchange = desired.objects.get(source)?.object ?? live.objects.get(source);
    if (!hasRing(exchange)) return [];
    const place = `${source} ${destination}`;
    const other = first.get(place) ?? addressOf(object);
    first.set(place, other);
    if (other === address) return [];
    return {
      code: 'shared-place',
      message: `exchange "${object.source}" is bound to ${object.destination_type} "${object.destination}" twice but keeps one place for both on its ring: when one binding goes, RabbitMQ drops the place`,
      hint: 'declare one binding, with the weight of both as its routing key',
      at,
    };
  });
}
