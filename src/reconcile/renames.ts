// Renames queues: binds the new one to everything that the old one is bound to, and tells what the
// old name leaves behind.
import { addressOfNamed, endsOf, type Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { Declared, Desired, Rename } from '../topology/desired.ts';
import { addressOf, renderArrow } from '../topology/identity.ts';
import type { Live, LiveBinding, LiveObject, LiveQueue } from '../topology/live.ts';
import { type Binding, isAnyPolicy, isBinding, isQueue } from '../topology/object.ts';
import { isOwnName } from '../topology/own.ts';
import type { Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import type { Depth } from './broker.ts';
import { subjectOf, type Change } from './change.ts';
import { withVhostDefault } from './diff.ts';
import { newTimeToLive, planMove, settingsOf, tooShort } from './move.ts';
import { isOwned } from './owned.ts';
import type { Refusal } from './plan.generated.ts';

/** A rename that the changes carry out. */
interface Underway extends Rename {
  readonly old: LiveQueue;
}

function underwayIn(changes: readonly Change[], { renames }: Desired): Underway[] {
  if (renames === undefined || renames.size === 0) return [];
  return changes.flatMap((change) => {
    const rename = renames.get(change.address);
    if (rename === undefined || change.kind !== 'delete' || change.renamed_to === undefined)
      return [];
    return { ...rename, old: change.before as LiveQueue };
  });
}

/** Adds the bindings that no file declares: the new queue gets them, too. */
export function withCarried(changes: readonly Change[], desired: Desired, live: Live): Change[] {
  const carried = underwayIn(changes, desired).flatMap((rename) =>
    bindingsOf(rename.old, live)
      .map((binding) => ({ rename, after: carriedTo(binding, desired, rename) }))
      .filter(({ after }) => isCarried(after, desired, live)),
  );
  const created = carried.map(({ rename, after }): Change => {
    return { kind: 'create', address: addressOf(after), after, at: rename.at };
  });
  return [...changes, ...created];
}

function bindingsOf({ vhost, name }: LiveQueue, { objects }: Live): LiveBinding[] {
  const old = addressOfNamed('queue', vhost, name);
  return [...objects.values()].filter(
    (object) =>
      isBinding(object) && endsOf(object).destination === old && !isOwnName(object.source),
  ) as LiveBinding[];
}

function carriedTo(binding: LiveBinding, { objects }: Desired, { to }: Rename): Binding {
  const { kind, vhost, source, destination_type, routing_key, arguments: args } = binding;
  const queue = objects.get(to)?.object;
  const destination = isQueue(queue) ? queue.name : '';
  return { kind, vhost, source, destination, destination_type, routing_key, arguments: args };
}

/** What the files own and don't declare would go with the next plan. */
function isCarried(after: Binding, desired: Desired, live: Live): boolean {
  const address = addressOf(after);
  if (live.objects.has(address) || desired.objects.has(address)) return false;
  return !isOwned(address, { ...after, properties_key: '' }, desired, live);
}

/**
 * Refuses a new queue, or a binding to it, without its rename: both would get each message. And a
 * rename without these: neither would. `all`: the changes before any are left out.
 */
export function guardHalfRenames(
  changes: readonly Change[],
  all: readonly Change[],
  { renames = new Map<Address, Rename>() }: Desired,
  live: Live,
): Refusal[] {
  const chosen = new Set(changes.map(({ address }) => address));
  const made = madeIn(changes);
  const leftOut = madeIn(all.filter(({ address }) => !chosen.has(address)));
  return [...renames].flatMap(([old, { to, from }]) => {
    if (!live.objects.has(old)) return [];
    if (!chosen.has(old)) return made.has(to) ? halfRenamed(to, alone(from)) : [];
    return leftOut.has(to) ? halfRenamed(old, without(to)) : [];
  });
}

const alone = (from: string): string =>
  `it is renamed from ${quote(from)}, and that is left out: both would get each message`;
const without = (to: Address): string =>
  `${to} takes over, and part of that is left out: messages would get lost`;

const halfRenamed = (address: Address, reason: string): Refusal => ({
  code: 'half-renamed',
  address,
  reason,
  hint: `leave out --only, or choose the other part with --target`,
});

const madeIn = (changes: readonly Change[]): Set<Address> =>
  new Set(changes.filter(({ kind }) => kind === 'create').flatMap((change) => madeBy(change)));

function madeBy(change: Change): Address[] {
  const object = subjectOf(change);
  return [change.address, ...(isBinding(object) ? [endsOf(object).destination] : [])];
}

type Objects = ReadonlyMap<Address, Declared>;

/** Refuses what would lose messages on their way to the new queue. `objects`: what is to be. */
export function guardRenames(
  changes: readonly Change[],
  objects: Objects,
  live: Live,
  depths: ReadonlyMap<Address, Depth>,
): Refusal[] {
  return endsIn(changes).flatMap(({ old, to }) => {
    const destination = toBe(to, objects, live);
    const held = depths.get(addressOf(old));
    if (destination === undefined || held === undefined) return [];
    const settings = settingsOf(destination, withPolicies(live, changes));
    const heldThere = depths.get(to) ?? { kind: 'known', ready: 0, unacked: 0, consumers: 0 };
    const settingsNow = settingsOf(old, live);
    const sight = { source: old, destination, held, heldThere, settings, settingsNow };
    const { refusals } = planMove(sight, { limit: Infinity, isMatched: false, isWhole: true });
    return refusals.filter(({ code }) => code === 'drops' || code === 'type');
  });
}

/** The queues that are renamed, and the addresses of the new ones. */
function endsIn(changes: readonly Change[]): { readonly old: LiveQueue; readonly to: Address }[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'delete' || change.renamed_to === undefined) return [];
    const old = change.before as LiveQueue;
    return { old, to: addressOfNamed('queue', old.vhost, change.renamed_to) };
  });
}

function toBe(to: Address, objects: Objects, live: Live): LiveQueue | undefined {
  const declared = objects.get(to)?.object ?? live.objects.get(to);
  const object = declared && withVhostDefault(declared, live);
  if (!isQueue(object)) return undefined;
  const held = { ready: 0, unacked: 0, consumers: 0, state: 'running' };
  return { ...object, type: object.type ?? 'classic', system: false, ...held };
}

/** The broker with the policies that the changes leave: they come before a queue is emptied. */
function withPolicies(live: Live, changes: readonly Change[]): Live {
  const objects = new Map<Address, LiveObject>(live.objects);
  for (const change of changes) {
    const policy = subjectOf(change);
    if (!isAnyPolicy(policy)) continue;
    if (change.kind === 'delete') objects.delete(change.address);
    else objects.set(change.address, policy);
  }
  const policies = [...objects.values()].filter((one) => one.kind === 'policy');
  return { ...live, objects, policies: live.policies && policies };
}

/** The queues whose contents a rename depends on, beside those that go. */
export function targetsOf(changes: readonly Change[], live: Live): LiveQueue[] {
  return endsIn(changes).flatMap(({ to }) => {
    const found = live.objects.get(to);
    return isQueue(found) ? [found] : [];
  });
}

export function warnOfRenames(
  changes: readonly Change[],
  desired: Desired,
  live: Live,
  depths: ReadonlyMap<Address, Depth>,
): Problem[] {
  return underwayIn(changes, desired).flatMap((rename) => [
    ...warnOfLeft(rename, desired, live),
    ...warnOfParameters(rename, desired, live),
    ...warnOfDestination(rename, { objects: desired.objects, changes, live, depths }),
  ]);
}

interface RenameSight {
  readonly objects: Objects;
  readonly changes: readonly Change[];
  readonly live: Live;
  readonly depths: ReadonlyMap<Address, Depth>;
}

function warnOfDestination(
  { old, to, at }: Underway,
  { objects, changes, live, depths }: RenameSight,
): Problem[] {
  const destination = toBe(to, objects, live);
  if (destination === undefined) return [];
  const settings = settingsOf(destination, withPolicies(live, changes));
  const moves = `what queue ${quote(old.name)} holds moves to ${quote(destination.name)}`;
  const ttl = newTimeToLive(settings);
  const short = tooShort(settings, depths.get(addressOf(old)), depths.get(to));
  const warn = (code: string, what: string | undefined, hint: string): Problem[] =>
    what === undefined ? [] : [{ code, message: `${moves}: ${what}`, hint, at }];
  return [
    ...warn('new-time-to-live', ttl, 'nothing to do if that is long enough'),
    ...warn(
      'not-all-fit',
      short,
      'raise the limit; else the rest stays, and the next apply goes on',
    ),
  ];
}

/** The files own both ends, and declare no such binding. */
function warnOfLeft({ old, at, ...rename }: Underway, desired: Desired, live: Live): Problem[] {
  const left = bindingsOf(old, live).filter((binding) => {
    const after = carriedTo(binding, desired, { at, ...rename });
    const address = addressOf(after);
    return (
      !desired.objects.has(address) &&
      isOwned(address, { ...after, properties_key: '' }, desired, live)
    );
  });
  const [first] = left;
  if (first === undefined) return [];
  const all = `${plural(left.length, 'binding')} of ${quote(old.name)}, such as ${renderArrow(first)}`;
  return [
    {
      code: 'binding-not-renamed',
      message: `${all} with ${quote(first.routing_key)}, ${left.length === 1 ? 'is' : 'are'} not declared, though the files own both ends: the new queue does not get ${left.length === 1 ? 'it' : 'them'}`,
      hint: 'declare them if they are wanted',
      at,
    },
  ];
}

/** The fields in which shovels and upstreams name a queue. */
const naming = ['src-queue', 'dest-queue', 'queue'];

function warnOfParameters({ old, at }: Underway, desired: Desired, live: Live): Problem[] {
  const all = new Map([...live.objects].filter(([, { kind }]) => kind === 'parameter'));
  return [...all].flatMap(([address, found]) => {
    const object = desired.objects.get(address)?.object ?? found;
    if (object.kind !== 'parameter' || object.vhost !== old.vhost) return [];
    const { value } = object;
    const field = naming.find((name) => value instanceof Map && value.get(name) === old.name);
    if (field === undefined) return [];
    return {
      code: 'old-name',
      message: `${object.component} ${quote(object.name)} names queue ${quote(old.name)} in ${field}, which is renamed`,
      hint: 'change it, too, if it means the queue of this broker: a shovel would declare it again',
      at,
    };
  });
}
