// Adds the side effects of changes. Deleting an exchange or a queue deletes its bindings, including
// those of others; an auto_delete exchange goes with its last binding. What goes with a replaced
// object comes back with it.
import { addressOfVhost, endsOf, type Address } from '../topology/address.ts';
import type { Declared } from '../topology/desired.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveBinding, LiveExchange, LiveObject } from '../topology/live.ts';
import { isBinding, isBindingEnd, isExchange } from '../topology/object.ts';
import { isOwnName } from '../topology/own.ts';
import { byAddress, subjectOf, type Change } from './change.ts';

type Declarations = ReadonlyMap<Address, Declared>;
type Going = Extract<Change, { kind: 'replace' | 'delete' }>;
type Delete = Extract<Change, { kind: 'delete' }>;

/** The changes, plus every binding and auto_delete exchange that they take along. */
export function cascade(
  changes: readonly Change[],
  declared: Declarations,
  live: Live,
): readonly Change[] {
  if (changes.length === 0) return changes;
  const bindings = [...live.objects.values()].filter(isOthers);
  const result = byAddress(changes);
  takeVhosts(result, live);
  do takeBindings(result, bindings, declared, live);
  while (takeExchanges(result, bindings, declared, live));
  return [...result.values()];
}

/** Leaves out what a killed move has left behind. */
const isOthers = (object: LiveObject): object is LiveBinding =>
  isBinding(object) && !isOwnName(object.source);

/** With a vhost goes everything in it. */
function takeVhosts(changes: Map<Address, Change>, live: Live): void {
  const going = [...changes.values()].flatMap((change) =>
    change.kind === 'delete' && change.before.kind === 'vhost' ? [change.before.name] : [],
  );
  for (const [address, before] of going.length === 0 ? [] : live.objects) {
    if (before.vhost === null || !going.includes(before.vhost) || isBinding(before)) continue;
    if (isBindingEnd(before) && before.system) continue;
    const because = addressOfVhost(before.vhost);
    const known = changes.get(address);
    changes.set(address, {
      ...(isGoingForGood(known) && known),
      ...{ kind: 'delete', address, before, managed: true, because },
    });
  }
}

function takeBindings(
  changes: Map<Address, Change>,
  bindings: LiveBinding[],
  declared: Declarations,
  live: Live,
) {
  if (![...changes.values()].some(isGoing)) return;
  for (const binding of bindings) {
    const { source, destination } = endsOf(binding);
    const ends = [changes.get(destination), changes.get(source)].filter(isGoing);
    if (ends.length === 0) continue;
    const address = addressOf(binding);
    const planned = changes.get(address);
    if (ends.every(isReplaced) && leadsOn(binding, planned, changes, live)) continue;
    changes.set(address, takeBinding(address, binding, ends, planned, declared));
  }
}

/** The types for which each binding stands for itself. */
const plainTypes: ReadonlySet<string> = new Set(['direct', 'fanout', 'headers', 'topic']);

/**
 * Whether a binding is deleted by itself although its ends are replaced: it comes back with them,
 * and leads on until those that take its place are there. An auto_delete exchange could go with it.
 */
function leadsOn(
  binding: LiveBinding,
  planned: Change | undefined,
  changes: ReadonlyMap<Address, Change>,
  live: Live,
): boolean {
  const isPlanned = planned?.kind === 'delete' && planned.because === undefined;
  if (!isPlanned || binding.odd !== undefined) return false;
  const { source } = endsOf(binding);
  const now = live.objects.get(source);
  const change = changes.get(source);
  const exchange = change?.kind === 'replace' ? change.after : now;
  if (!isExchange(now) || !isExchange(exchange) || now.odd !== undefined) return false;
  return plainTypes.has(exchange.type) && !exchange.auto_delete;
}

function takeBinding(
  address: Address,
  before: LiveBinding,
  ends: readonly Going[],
  planned: Change | undefined,
  declared: Declarations,
): Change {
  const deleted = ends.filter(({ kind }) => kind === 'delete');
  // Of two deleted ends, the source goes first, unless another change takes it along.
  const end = deleted.findLast((one) => one.because === undefined) ?? deleted[0] ?? ends[0];
  const because = end?.address ?? address;
  const goesForGood = end?.kind === 'delete' || planned?.kind === 'delete';
  const own = declared.get(address);
  const managed = own !== undefined || (planned?.kind === 'delete' && planned.managed);
  if (goesForGood) return { kind: 'delete', address, before, managed, because };
  const at = own && { at: own.at };
  return { kind: 'replace', address, before, after: before, managed, because, ...at };
}

/** Adds the auto_delete exchanges that lose their last binding. Returns whether it added any. */
function takeExchanges(
  changes: Map<Address, Change>,
  bindings: readonly LiveBinding[],
  declared: Declarations,
  live: Live,
): boolean {
  const outgoing = outgoingOfAutoDelete(bindings, live);
  const early = goneEarly(outgoing, changes);
  const renewed = sourcesOfNewBindings(changes);
  let found = false;
  for (const [address, { exchange, from }] of outgoing) {
    if (changes.has(address)) continue;
    const going = from.map((binding) => changes.get(addressOf(binding)));
    const goesForGood = !renewed.has(address) && going.every((change) => change?.kind === 'delete');
    const because = firstCause(going);
    // If it goes with an exchange that isn't among the changes yet, it is added after that one.
    if (because === undefined || !(goesForGood || early.has(address))) continue;
    changes.set(address, takeExchange(address, exchange, because, declared));
    found = true;
  }
  return found;
}

interface Outgoing {
  readonly exchange: LiveExchange;
  readonly from: LiveBinding[];
}

function outgoingOfAutoDelete(
  bindings: readonly LiveBinding[],
  live: Live,
): Map<Address, Outgoing> {
  const outgoing = new Map<Address, Outgoing>();
  for (const binding of bindings) {
    const { source } = endsOf(binding);
    const exchange = live.objects.get(source);
    if (!isExchange(exchange) || !exchange.auto_delete) continue;
    const group = outgoing.get(source);
    if (group) group.from.push(binding);
    else outgoing.set(source, { exchange, from: [binding] });
  }
  return outgoing;
}

/**
 * The auto_delete exchanges that replacements delete before new bindings exist: replacing an end of
 * a binding removes the binding for a moment, and an exchange that goes with it takes the bindings
 * to it along.
 */
function goneEarly(
  outgoing: ReadonlyMap<Address, Outgoing>,
  changes: ReadonlyMap<Address, Change>,
): Set<Address> {
  const gone = new Set<Address>();
  const goes = (end: Address): boolean => changes.get(end)?.kind === 'replace' || gone.has(end);
  let before: number;
  do {
    before = gone.size;
    for (const [address, { from }] of outgoing) {
      if (from.every((binding) => goes(address) || goes(endsOf(binding).destination))) {
        gone.add(address);
      }
    }
  } while (gone.size > before);
  return gone;
}

/** Gives the same answer for any order of the bindings. */
function firstCause(going: readonly (Change | undefined)[]): Address | undefined {
  const causes = going.filter(isGoing).map(({ because, address }) => because ?? address);
  return causes.sort()[0];
}

function sourcesOfNewBindings(changes: ReadonlyMap<Address, Change>): Set<Address> {
  const created = [...changes.values()].filter(({ kind }) => kind === 'create').map(subjectOf);
  return new Set(created.flatMap((object) => (isBinding(object) ? [endsOf(object).source] : [])));
}

function takeExchange(
  address: Address,
  before: LiveExchange,
  because: Address,
  declared: Declarations,
): Change {
  const own = declared.get(address);
  if (own === undefined) return { kind: 'delete', address, before, managed: false, because };
  return {
    kind: 'replace',
    address,
    before,
    after: before,
    managed: true,
    at: own.at,
    because,
  };
}

const isReplaced = ({ kind }: Going): boolean => kind === 'replace';

const isGoingForGood = (change: Change | undefined): change is Delete => change?.kind === 'delete';

const isGoing = (change: Change | undefined): change is Going =>
  change?.kind === 'replace' || change?.kind === 'delete';
