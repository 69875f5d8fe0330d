// Refuses changes to objects that the files may not touch. No flag lifts these refusals.
import { endsOf, type Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { Desired } from '../topology/desired.ts';
import { renderObject } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import { isBinding, isBindingEnd, isQueue } from '../topology/object.ts';
import { isManaged, isProtected } from '../topology/scope.ts';
import type { Change, Delete, Replace } from './change.ts';
import { isKept } from './owned.ts';
import type { Refusal } from './plan.generated.ts';

type Going = Replace | Delete;
type Rule = (change: Going, desired: Desired, live: Live) => Omit<Refusal, 'address'> | undefined;

const rules: readonly Rule[] = [
  protectedStays,
  rightsStay,
  unmanagedStays,
  exclusiveStaysBound,
  vhostInUseStays,
];

export function guardOwnership(
  changes: readonly Change[],
  desired: Desired,
  live: Live,
): Refusal[] {
  const going = changes.filter(({ kind }) => kind === 'replace' || kind === 'delete') as Going[];
  return going.flatMap((change) =>
    rules.flatMap((rule) => {
      const refusal = rule(change, desired, live);
      return refusal ? [{ ...refusal, address: change.address }] : [];
    }),
  );
}

const lastingCodes = new Set([
  'protected',
  'unmanaged',
  'exclusive-queue',
  'circle',
  'odd',
  'super-stream',
  'vhost-in-use',
  'on-remove',
  'half-renamed',
]);

/**
 * Whether a refusal stays in a saved plan: it depends neither on what queues hold nor on where
 * others send messages.
 */
export const lasts = ({ code }: Refusal): boolean => lastingCodes.has(code);

/** Whether the files own a live exchange or queue but no longer declare it. */
export function goes(address: Address, desired: Desired, live: Live): boolean {
  const object = live.objects.get(address);
  if (!isBindingEnd(object) || object.system) return false;
  if (desired.renames?.has(address)) return true;
  if (object.odd !== undefined) return false;
  if (desired.objects.has(address) || isProtected(desired.scopes, object)) return false;
  return isManaged(desired.scopes, object);
}

function protectedStays({ kind, before }: Going, desired: Desired) {
  if (!isKept(before, desired)) return undefined;
  return {
    code: 'protected',
    reason: `it is protected and would be ${kind === 'replace' ? 'replaced' : 'deleted'}`,
    hint: 'undo the change, or remove it from protect',
  };
}

/** RabbitMQ deletes the permissions of a user with it. */
function rightsStay({ kind, before }: Going, desired: Desired, live: Live) {
  if (kind !== 'delete' || before.kind !== 'user') return undefined;
  const kept = [...live.objects.values()].find(
    (one) =>
      (one.kind === 'permission' || one.kind === 'topic_permission') &&
      one.user === before.name &&
      isKept(one, desired),
  );
  if (kept === undefined) return undefined;
  return {
    code: 'protected',
    reason: `${renderObject(kept)} is protected and would be deleted with it`,
    hint: 'keep the user, or remove its permissions from protect',
  };
}

function unmanagedStays({ kind, before, managed, because }: Going) {
  if (!isBindingEnd(before) || managed) return undefined;
  if (kind === 'replace') {
    return {
      code: 'unmanaged',
      reason: `this auto_delete exchange keeps a ring, so it would be replaced because of ${because ?? 'it'}`,
      hint: 'declare the exchange, or bind it to something else first',
    };
  }
  return {
    code: 'unmanaged',
    reason: `an auto_delete exchange goes with its last binding, which would go with ${because ?? 'it'}`,
    hint: 'declare the exchange, or bind it to something else first',
  };
}

function exclusiveStaysBound(change: Going, _desired: Desired, live: Live) {
  const { before } = change;
  if (change.kind !== 'replace' || !isBinding(before)) return undefined;
  const destination = live.objects.get(endsOf(before).destination);
  if (!isQueue(destination) || !destination.system) return undefined;
  return {
    code: 'exclusive-queue',
    reason: `its binding to ${before.destination}, an exclusive queue, could not be put back`,
    hint: 'stop that consumer first, or undo the change',
  };
}

/** Its other queues go before it, each behind the guards. */
function vhostInUseStays({ before }: Going, _desired: Desired, live: Live) {
  if (before.kind !== 'vhost') return undefined;
  const held = [...live.objects.values()].filter(
    (object) => isQueue(object) && object.system && object.vhost === before.name,
  );
  if (held.length === 0) return undefined;
  return {
    code: 'vhost-in-use',
    reason: `it holds ${plural(held.length, 'queue')} that ${held.length === 1 ? 'is' : 'are'} exclusive, or RabbitMQ's own`,
    hint: 'close the connections that use it, then plan again',
  };
}
