// Decides which objects the files own, and which are system objects.
import { endsOf, namedEndsOf, type Address, type NamedEnd } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import type { Live, LiveBinding, LiveExchange, LiveObject, LiveQueue } from '../topology/live.ts';
import { kindOf } from '../topology/kinds/kinds.ts';
import { isBindingEnd, isExchange, type Kind, type Setting } from '../topology/object.ts';
import { isOwnName } from '../topology/own.ts';
import { isManaged, isOwnedInto, isProtected } from '../topology/scope.ts';
import { isPredefinedExchange as isPredefinedName } from '../topology/system.ts';

interface Owned<T> {
  /** Whether the files own an object without declaring it. */
  isManaged(object: T, desired: Desired, live: Live): boolean;
  /** Whether `protect` keeps it. */
  isKept(object: T, desired: Pick<Desired, 'scopes'>): boolean;
  /** Whether it belongs to RabbitMQ or a plugin, or is a binding to such a queue. */
  isSystem(object: T, live: Live): boolean;
}

const end: Owned<LiveExchange | LiveQueue> = {
  isManaged: (object, { scopes }) => !object.system && isManaged(scopes, object),
  isKept: (object, { scopes }) => isProtected(scopes, object),
  isSystem: ({ system }) => system,
};

const binding: Owned<LiveBinding> = {
  isManaged: isManagedBinding,
  isKept: () => false,
  isSystem: (object, live) =>
    isOwnName(object.source) ||
    (object.destination_type === 'queue' && isSystemEnd(endsOf(object).destination, live)),
};

const setting: Owned<Setting> = {
  isManaged: (object, { scopes }) =>
    !kindOf(object).isBrokersOwn(object) && someName(object, (named) => isManaged(scopes, named)),
  isKept: isKeptSetting,
  isSystem: (object) => kindOf(object).isBrokersOwn(object),
};

const table: { readonly [K in Kind]: Owned<Extract<LiveObject, { kind: K }>> } = {
  exchange: end,
  queue: end,
  binding,
  vhost: setting,
  user: setting,
  permission: setting,
  topic_permission: setting,
  policy: setting,
  operator_policy: setting,
  parameter: setting,
  global_parameter: setting,
};

const rowOf = <T extends LiveObject>({ kind }: T): Owned<T> => table[kind] as unknown as Owned<T>;

/** Whether it is declared or managed. Objects with unusable values are owned only if declared. */
export function isOwned(
  address: Address,
  object: LiveObject,
  desired: Desired,
  live: Live,
): boolean {
  if (desired.objects.has(address)) return true;
  if (desired.destroyed?.has(address)) return !isSystem(object, live);
  return object.odd === undefined && rowOf(object).isManaged(object, desired, live);
}

/** Whether `protect` keeps it, named or by a pattern. */
export const isKept = (object: LiveObject, desired: Pick<Desired, 'scopes'>): boolean =>
  rowOf(object).isKept(object, desired);

/** Whether counts leave it out, as it belongs to the broker. Odd objects always count. */
export const isSystem = (object: LiveObject, live: Live): boolean =>
  object.odd === undefined && rowOf(object).isSystem(object, live);

function isKeptSetting(object: Setting, { scopes }: Pick<Desired, 'scopes'>): boolean {
  return someName(object, (named) => isProtected(scopes, named));
}

/** Whether a condition holds for any name that patterns may know an object by. */
function someName(
  object: Setting,
  holds: (named: { kind: Setting['kind']; vhost: string | null; name: string }) => boolean,
): boolean {
  const { kind, vhost } = object;
  return kindOf(object)
    .namesOf(object)
    .some((name) => holds({ kind, vhost, name }));
}

/**
 * The files own a binding if they own both its ends, or the bindings into its destination, and
 * neither end is only protected.
 */
function isManagedBinding(object: LiveBinding, desired: Desired, live: Live): boolean {
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

/** Whether the files may own bindings of this end without declaring them. */
function isOpen(end: NamedEnd, desired: Desired, live: Live): boolean {
  if (desired.objects.has(end.address)) return true;
  if (live.objects.get(end.address)?.odd !== undefined) return false;
  if (isProtected(desired.scopes, end)) return false;
  return isPredefinedExchange(end) || !isSystemEnd(end.address, live);
}

function isSystemEnd(address: Address, live: Live): boolean {
  const end = live.objects.get(address);
  return end === undefined || (isBindingEnd(end) && end.system);
}

const isPredefinedExchange = (end: NamedEnd): boolean =>
  isExchange(end) && isPredefinedName(end.name);
