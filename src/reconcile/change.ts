// A difference between desired and live. `because` names the change that carries it along.
import {
  addressOfNamed,
  addressOfUser,
  addressOfVhost,
  type Address,
} from '../topology/address.ts';
import type { LiveObject, LiveRouting } from '../topology/live.ts';
import {
  isRouting,
  type RoutingObject,
  type Setting,
  type TopologyObject,
} from '../topology/object.ts';
import type { Position } from '../topology/problem.ts';

export type Change = Create | Update | Replace | Delete;

interface Create {
  readonly kind: 'create';
  readonly address: Address;
  readonly after: TopologyObject;
  readonly at: Position;
  readonly because?: Address;
}

/** One request changes it in place. */
export interface Update {
  readonly kind: 'update';
  readonly address: Address;
  readonly before: Setting;
  readonly after: Setting;
  readonly at?: Position;
  readonly because?: Address;
}

export interface Replace {
  readonly kind: 'replace';
  readonly address: Address;
  readonly before: LiveRouting;
  readonly after: RoutingObject;
  readonly managed: boolean;
  readonly at?: Position;
  readonly because?: Address;
}

export interface Delete {
  readonly kind: 'delete';
  readonly address: Address;
  readonly before: LiveObject;
  readonly managed: boolean;
  readonly because?: Address;
  /** As in a DeleteStep. */
  readonly drain?: true | undefined;
  readonly renamed_to?: string | undefined;
}

/** The object of a change: as it will be or, if it goes, as it was. */
export function subjectOf(change: Change): TopologyObject {
  return change.kind === 'delete' ? change.before : change.after;
}

/** An update or a replacement, by what the kind of the two allows. */
export function toDifference(
  address: Address,
  { before, after, at }: { before: LiveObject; after: TopologyObject; at: Position },
): Update | Replace {
  if (isRouting(before) && isRouting(after))
    return { kind: 'replace', address, before, after, at, managed: true };
  if (!isRouting(before) && !isRouting(after))
    return { kind: 'update', address, before, after, at };
  throw new Error(`${address} is of two kinds`);
}

/** The new ones among the holders of an object. */
export function newHoldersOf(
  object: TopologyObject,
  planned: ReadonlyMap<Address, Change>,
): Address[] {
  return holdersOf(object).filter((address) => planned.get(address)?.kind === 'create');
}

/** The vhost that an object is in, and the user and the exchange that it is about. */
export function holdersOf(object: TopologyObject): Address[] {
  return [
    ...(object.vhost === null ? [] : [addressOfVhost(object.vhost)]),
    ...('user' in object ? [addressOfUser(object.user)] : []),
    ...(object.kind === 'topic_permission' && object.exchange !== ''
      ? [addressOfNamed('exchange', object.vhost, object.exchange)]
      : []),
  ];
}

export function byAddress(changes: readonly Change[]): Map<Address, Change> {
  return new Map(changes.map((change) => [change.address, change]));
}
