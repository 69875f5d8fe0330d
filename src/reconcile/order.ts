// The order of steps. Phases run one after the other, the steps of a phase in parallel:
//
//   create exchanges, queues ─▶ replace queues ─▶ replace exchanges ─▶ create bindings
//                                     delete exchanges ◀─ delete queues ◀─ delete bindings ◀─┘
//
// New bindings are there before old ones go, so that no message finds no way. An exchange is replaced after those that
// it leads to. A failed step blocks only those that need it.
import { endsOf, hash, type Address } from '../topology/address.ts';
import { canonicalObject, toFields } from '../topology/normal-form.ts';
import { isReplacedExchange } from './circles.ts';
import type { Binding, TopologyObject } from '../topology/object.ts';
import { byAddress, subjectOf, type Change } from './change.ts';
import type { Step } from './plan.generated.ts';

/** Beyond so many bindings, deleting a queue at one stroke stalls publishers for seconds (rabbitmq-server #12926). */
const heavilyBound = 500;

const phases = [
  'create exchange',
  'create queue',
  'replace queue',
  'replace exchange',
  'create binding',
  'replace binding',
  'delete binding',
  'delete queue',
  'delete exchange',
];

/** Exchanges and queues are created together; for the rest each phase waits for the one before. */
export function phaseOf(step: Pick<Step, 'kind' | 'object'>): number {
  return Math.max(1, phases.indexOf(`${step.kind} ${step.object}`));
}

/** Every new binding from an exchange, and to an exchange or a queue, as addresses that a step can need. */
const newBindingsFrom = (exchange: Address): Address => `${exchange}/bindings/source`;
const newBindingsTo = (end: Address): Address => `${end}/bindings/destination`;

/** What steps may need of a new binding, beside its own address. */
export function newWaysBy(binding: Binding): Address[] {
  const { source, destination } = endsOf(binding);
  return [newBindingsFrom(source), newBindingsTo(destination)];
}

export function order(changes: readonly Change[]): Step[] {
  const surroundings = surroundingsOf(changes);
  const steps = new Map(changes.map((change) => [change.address, toStep(change, surroundings)]));
  const depths = depthsOf(steps);
  const ranked = [...steps].map(([address, step]) => ({
    address,
    step,
    rank: rankOf(step),
    depth: depths.get(address) ?? 0,
  }));
  return ranked
    .sort((a, b) => a.rank - b.rank || a.depth - b.depth || (a.address < b.address ? -1 : 1))
    .map(({ step }) => step);
}

/** How long the chain is of replaced exchanges that a replaced exchange needs. A circle is cut where it closes. */
function depthsOf(steps: ReadonlyMap<Address, Step>): Map<Address, number> {
  const depths = new Map<Address, number>();
  const depthOf = (address: Address): number => {
    const known = depths.get(address);
    const step = steps.get(address);
    if (known !== undefined || step === undefined || !isReplacedExchange(step)) return known ?? 0;
    depths.set(address, 0);
    const depth = 1 + Math.max(0, ...step.needs.map(depthOf));
    depths.set(address, depth);
    return depth;
  };
  // In an order of its own, so that circles are cut at the same place whatever the order of the input.
  for (const address of [...steps.keys()].sort()) depthOf(address);
  return depths;
}

const rankOf = (step: Step): number => phases.indexOf(`${step.kind} ${step.object}`);

function toStep(change: Change, surroundings: Surroundings): Step {
  const { address, kind } = change;
  const before = kind === 'create' ? undefined : change.before;
  return {
    address,
    object: subjectOf(change).kind,
    kind,
    ...(before && { before: toFields(before), before_hash: hashOf(before) }),
    ...(before?.kind === 'binding' && { properties_key: before.properties_key }),
    ...(kind !== 'delete' && { after: toFields(change.after) }),
    managed: kind === 'create' || change.managed,
    ...(kind !== 'create' && change.because !== undefined && { because: change.because }),
    own_request: !ridesAlong(change, surroundings),
    needs: needsOf(change, surroundings),
    ...(kind !== 'delete' && change.at && { source: change.at }),
  };
}

/** Identifies the state of a live object, whatever the order of its arguments. */
export function hashOf(object: TopologyObject): string {
  return hash(canonicalObject(object), 12);
}

/** What a step has to know of the others. */
interface Surroundings {
  readonly planned: ReadonlyMap<Address, Change>;
  /** The exchanges that the bindings of a going exchange or queue come from. */
  readonly sources: ReadonlyMap<Address, ReadonlySet<Address>>;
  /** How many bindings go with an exchange or a queue. */
  readonly bound: ReadonlyMap<Address, number>;
  /** The replaced exchanges that bindings of a replaced exchange go to. */
  readonly behind: ReadonlyMap<Address, ReadonlySet<Address>>;
  /** Where the bindings of a going exchange go to. */
  readonly destinations: ReadonlyMap<Address, ReadonlySet<Address>>;
  /** What new bindings there are, as `newWaysBy` tells. */
  readonly renewed: ReadonlySet<Address>;
}

function surroundingsOf(changes: readonly Change[]): Surroundings {
  const planned = byAddress(changes);
  const sources = new Map<Address, Set<Address>>();
  const destinations = new Map<Address, Set<Address>>();
  const behind = new Map<Address, Set<Address>>();
  const bound = new Map<Address, number>();
  const renewed = new Set<Address>();
  for (const change of changes) {
    const object = subjectOf(change);
    if (object.kind !== 'binding') continue;
    const { source, destination } = endsOf(object);
    if (change.kind === 'create') {
      for (const way of newWaysBy(object)) renewed.add(way);
      continue;
    }
    add(sources, destination, source);
    add(destinations, source, destination);
    if (isReplacedExchangeChange(planned.get(destination)) && source !== destination) {
      add(behind, source, destination);
    }
    bound.set(destination, (bound.get(destination) ?? 0) + 1);
  }
  return { planned, sources, destinations, behind, bound, renewed };
}

function add(sets: Map<Address, Set<Address>>, key: Address, value: Address): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function isReplacedExchangeChange(change: Change | undefined): boolean {
  return change?.kind === 'replace' && change.after.kind === 'exchange';
}

/** Whether the request of another step carries a change out. */
function ridesAlong(change: Change, { bound }: Surroundings): boolean {
  if (change.kind === 'create' || change.because === undefined) return false;
  if (change.before.kind !== 'binding') return !change.managed;
  return change.kind === 'replace' || (bound.get(change.because) ?? 0) <= heavilyBound;
}

function needsOf(change: Change, surroundings: Surroundings): Address[] {
  const object = subjectOf(change);
  if (ridesAlong(change, surroundings) && change.kind !== 'create') {
    return change.because === undefined ? [] : [change.because];
  }
  if (change.kind === 'replace') return [...(surroundings.behind.get(change.address) ?? [])].sort();
  if (change.kind === 'delete') return newWaysOf(change.address, object, surroundings);
  return object.kind === 'binding' ? plannedEndsOf(object, surroundings) : [];
}

function plannedEndsOf(binding: Binding, { planned }: Surroundings): Address[] {
  const { source, destination } = endsOf(binding);
  return [source, destination].filter((end) => planned.has(end));
}

/** The new bindings that must be there before an old way goes: those from where it came, those to where it led. */
function newWaysOf(address: Address, object: TopologyObject, surroundings: Surroundings) {
  const { sources, destinations, renewed } = surroundings;
  if (object.kind === 'binding') return newWaysBy(object).filter((way) => renewed.has(way));
  const from = [...(sources.get(address) ?? [])].map(newBindingsFrom);
  const to = [...(destinations.get(address) ?? [])].map(newBindingsTo);
  return [...from, ...to].filter((way) => renewed.has(way)).sort();
}
