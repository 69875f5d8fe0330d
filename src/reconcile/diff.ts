// What differs between the files and the broker:
//
//   declared  live                            change
//   yes       no                              create
//   yes       yes, equal                      none: unchanged
//   yes       yes, different                  replace
//   no        yes, managed, not protected     delete
//   no        yes, otherwise                  none: unmanaged
import { endsOf, type Address } from '../topology/address.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import { isEqual, withDefaultType } from '../topology/normal-form.ts';
import type { Binding, TopologyObject } from '../topology/object.ts';
import { isManaged, isOwnedInto, isProtected } from '../topology/scope.ts';
import { isPredefinedExchange as isPredefinedName } from '../topology/system.ts';
import type { Change } from './change.ts';

export interface Difference {
  readonly changes: readonly Change[];
  /** Declared and equal. */
  readonly unchanged: number;
  /** Live, and not owned by the files. */
  readonly unmanaged: number;
  /** Live, and owned by the files, by vhost. */
  readonly managed: ReadonlyMap<string, number>;
}

export function diff(desired: Desired, live: Live): Difference {
  const changes: Change[] = [];
  let unchanged = 0;
  for (const [address, declared] of desired.objects) {
    const change = diffDeclared(address, declared, live);
    if (change) changes.push(change);
    else unchanged++;
  }
  let unmanaged = 0;
  const managed = new Map<string, number>();
  for (const [address, object] of live.objects) {
    const owned = isOwned(address, object, desired, live);
    if (owned) managed.set(object.vhost, (managed.get(object.vhost) ?? 0) + 1);
    else if (!isSystem(object, live)) unmanaged++;
    if (owned && !desired.objects.has(address) && !isKept(object, desired)) {
      changes.push({ kind: 'delete', address, before: object, managed: true });
    }
  }
  return { changes, unchanged, unmanaged, managed };
}

function diffDeclared(address: Address, { object, at }: Declared, live: Live): Change | undefined {
  const after = withVhostDefault(object, live);
  const before = live.objects.get(address);
  if (before === undefined) return { kind: 'create', address, after, at };
  if (isEqual(before, after)) return undefined;
  return { kind: 'replace', address, before, after, at, managed: true };
}

export function withVhostDefault(object: TopologyObject, live: Live): TopologyObject {
  if (object.kind !== 'queue') return object;
  return withDefaultType(object, live.vhosts.get(object.vhost)?.default_queue_type ?? 'classic');
}

/**
 * A binding is owned when both its ends are, or bindings into its destination are, and none is only protected; objects of the
 * broker itself never are, nor what holds values that can't be used, unless it is declared.
 */
export function isOwned(
  address: Address,
  object: LiveObject,
  desired: Desired,
  live: Live,
): boolean {
  if (desired.objects.has(address)) return true;
  if (object.odd !== undefined) return false;
  if (object.kind !== 'binding') return !object.system && isManaged(desired.scopes, object);
  const [source, destination] = namedEndsOf(object);
  const ends = [source, destination];
  if (isOwnedInto(desired.scopes, destination))
    return ends.every((end) => isOpen(end, desired, live));
  return ends.every(
    (end) =>
      desired.objects.has(end.address) ||
      (isManaged(desired.scopes, end) && isOpen(end, desired, live)),
  );
}

/** Whether a binding to it or from it may be owned without being declared. */
function isOpen(end: NamedEnd, desired: Desired, live: Live): boolean {
  if (desired.objects.has(end.address)) return true;
  if (live.objects.get(end.address)?.odd !== undefined) return false;
  if (isProtected(desired.scopes, end)) return false;
  return isPredefinedExchange(end) || !isSystemEnd(end.address, live);
}

function isKept(object: LiveObject, desired: Desired): boolean {
  return object.kind !== 'binding' && isProtected(desired.scopes, object);
}

/** Objects of the broker, and bindings to its queues, are not counted. */
function isSystem(object: LiveObject, live: Live): boolean {
  if (object.odd !== undefined) return false;
  if (object.kind !== 'binding') return object.system;
  return object.destination_type === 'queue' && isSystemEnd(endsOf(object).destination, live);
}

function isSystemEnd(address: Address, live: Live): boolean {
  const end = live.objects.get(address);
  return end === undefined || (end.kind !== 'binding' && end.system);
}

const isPredefinedExchange = (end: NamedEnd): boolean =>
  end.kind === 'exchange' && isPredefinedName(end.name);

interface NamedEnd {
  readonly address: Address;
  readonly kind: 'exchange' | 'queue';
  readonly vhost: string;
  readonly name: string;
}

function namedEndsOf(binding: Binding): [source: NamedEnd, destination: NamedEnd] {
  const { source, destination } = endsOf(binding);
  const { vhost, destination_type } = binding;
  return [
    { address: source, kind: 'exchange', vhost, name: binding.source },
    { address: destination, kind: destination_type, vhost, name: binding.destination },
  ];
}
