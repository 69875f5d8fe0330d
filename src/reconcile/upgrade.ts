// Finds what another version of RabbitMQ would do differently with a topology: the findings of
// topo check-upgrade.
import { AppliedPolicies } from '../topology/applied-policies.ts';
import { addressOfVhost, type Address } from '../topology/address.ts';
import { clientDifferences, type ClientDifference } from '../topology/client-differences.ts';
import type { Desired } from '../topology/desired.ts';
import type { Around, Effect } from '../topology/differences.ts';
import { differingKinds, effectsIn, type Told } from '../topology/effects.ts';
import { addressOf, renderObject } from '../topology/identity.ts';
import { withDefaultType } from '../topology/kinds/queue.ts';
import type { Live } from '../topology/live.ts';
import { isBindingEnd, isQueue, type Kind, type TopologyObject } from '../topology/object.ts';
import type { Position } from '../topology/problem.ts';
import { isOlder } from '../topology/releases.ts';
import { isWithin } from '../topology/versions.ts';
import { addTagHint, tagFor } from './tags.ts';

export interface Finding {
  readonly effect: Effect;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  /** Undefined if it is about the broker as a whole. */
  readonly object?: FoundObject;
}

export interface FoundObject {
  readonly kind: Kind;
  /** Such as: queue "orders". */
  readonly subject: string;
  /** Null for an object of the whole cluster. */
  readonly vhost: string | null;
  readonly address: Address;
  readonly path: readonly string[];
  /** Where a file declares it. */
  readonly at?: Position;
}

/** What is to be upgraded. */
export interface Upgraded {
  readonly objects: readonly { readonly object: TopologyObject; readonly at?: Position }[];
  readonly around: Around;
  /** The version that runs now; undefined for files. */
  readonly from: string | undefined;
  /** What the user may not read, and so is not in it. */
  readonly unread: Unread | undefined;
}

export interface Unread {
  readonly kinds: readonly Kind[];
  /** How the user gets to read them. */
  readonly hint: string;
}

export function upgradeOfFiles({ objects, expectedTypes }: Desired): Upgraded {
  const declared = [...objects.values()].map(({ object, at }) => {
    if (!isQueue(object)) return { object, at };
    const vhost = objects.get(addressOfVhost(object.vhost))?.object;
    const declaredType = vhost?.kind === 'vhost' ? vhost.default_queue_type : undefined;
    const type = declaredType ?? expectedTypes.get(object.vhost)?.type ?? 'classic';
    return { object: withDefaultType(object, type), at };
  });
  const found = declared.map(({ object }) => object);
  const declaredPolicies = found.filter((object) => object.kind === 'policy');
  const known = { policies: declaredPolicies, objects: new Map() };
  const policies = new AppliedPolicies(known, found);
  const byAddress = new Map(found.map((object) => [addressOf(object), object]));
  const around = { policies, find: (address: Address) => byAddress.get(address) };
  return { objects: declared, around, from: undefined, unread: undefined };
}

export function upgradeOfBroker(live: Live): Upgraded {
  const objects = [...live.objects.values()].filter(
    (object) => !(isBindingEnd(object) && object.system),
  );
  return {
    objects: objects.map((object) => ({ object })),
    around: {
      policies: new AppliedPolicies(live, objects),
      find: (address) => live.objects.get(address),
    },
    from: live.broker.version,
    unread: unreadIn(live),
  };
}

function unreadIn({ unread, broker }: Live): Unread | undefined {
  const kinds = differingKinds.filter((kind) => unread.has(kind));
  if (kinds.length === 0) return undefined;
  return { kinds, hint: addTagHint(broker.user, tagFor(kinds, 'read')) };
}

/** In the order of the objects; the broker as a whole comes first. */
export function findUpgrade(upgraded: Upgraded, to: string): Finding[] {
  const { objects, around, from } = upgraded;
  const findings = objects.flatMap(({ object, at }) =>
    changesOf(object, around, from, to).map(({ path, effect, code, message, hint }) => ({
      ...{ effect, code, message, hint },
      object: {
        kind: object.kind,
        subject: renderObject(object),
        vhost: object.vhost,
        address: addressOf(object),
        path,
        ...(at && { at }),
      },
    })),
  );
  return [...aboutBroker(from, to), ...findings];
}

/** What differs from now: an effect that the present version has, too, is no news. */
function changesOf(
  object: TopologyObject,
  around: Around,
  from: string | undefined,
  to: string,
): Told[] {
  const after = effectsIn(to, object, around);
  if (from === undefined) return after;
  const before = effectsIn(from, object, around);
  const isNews = (one: Told) => !before.some((other) => isSame(one, other));
  const awakened = before.filter(
    (one) => one.effect === 'ignored' && !after.some((other) => isAlike(one, other)),
  );
  return [...after.filter(isNews), ...awakened.map((one) => awaken(one, from, to))];
}

const isAlike = (one: Told, other: Told): boolean =>
  one.code === other.code && one.path.join() === other.path.join();
const isSame = (one: Told, other: Told): boolean =>
  one.effect === other.effect && isAlike(one, other);

/** What the present version ignores, and the other one obeys. */
function awaken(told: Told, from: string, to: string): Told {
  const name = told.path.at(-1) ?? '';
  return {
    ...told,
    effect: 'different',
    message: `RabbitMQ ${to} obeys ${name}, which ${from} ignores`,
    hint: `check that ${name} is what you want, or remove it`,
  };
}

function aboutBroker(from: string | undefined, to: string): Finding[] {
  if (from === undefined) return [];
  if (isOlder(to, from)) return [downgrade(from, to)];
  return isOlder(from, '3.13') && !isOlder(to, '4.0') ? [longWay(from, to)] : [];
}

const elsewhere = 'write it down with topo export, and topo apply it to a new broker';

const downgrade = (from: string, to: string): Finding => ({
  effect: 'refused',
  code: 'downgrade',
  message: `RabbitMQ ${to} does not start with the data of ${from}: no version goes back`,
  hint: elsewhere,
});

/** Seen: 4.0.5 and 4.3.6 refuse to boot on the data of 3.10.8. */
const longWay = (from: string, to: string): Finding => ({
  effect: 'refused',
  code: 'long-way',
  message: `RabbitMQ ${to} does not start with the data of ${from}`,
  hint: `upgrade to 3.13 first, and enable all feature flags (rabbitmqctl enable_feature_flag all); or ${elsewhere}`,
});

/** What clients must know, which neither files nor a broker's objects show. */
export function findForClients(from: string | undefined, to: string): ClientDifference[] {
  return clientDifferences.filter(
    (one) => isWithin(to, one) && (from === undefined || !isWithin(from, one)),
  );
}
