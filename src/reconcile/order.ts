// The order of steps. Phases run one after the other, the steps of a phase in parallel:
//
//   create exchanges, queues ─▶ replace queues ─▶ replace exchanges ─▶ create bindings
//                                     delete exchanges ◀─ delete queues ◀─ delete bindings ◀─┘
//
// New bindings are there before old ones go, so that no message finds no way. An exchange is replaced after those that
// it leads to. A failed step blocks only those that need it.
import { endsOf, hash, type Address } from '../topology/address.ts';
import { canonicalObject, toFields } from '../topology/normal-form.ts';
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

/** Every new binding from an exchange, as an address that a step can need. */
export const newBindingsFrom = (exchange: Address): Address => `${exchange}/bindings/source`;

export function order(changes: readonly Change[]): Step[] {
  const surroundings = surroundingsOf(changes);
  const steps = new Map(changes.map((change) => [change.address, toStep(change, surroundings)]));
  const depths = new Map([...steps].map(([address, step]) => [step, depthOf(address, steps)]));
  return [...steps.values()].sort(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      (depths.get(a) ?? 0) - (depths.get(b) ?? 0) ||
      (a.address < b.address ? -1 : 1),
  );
}

/** How long the chain of replaced exchanges is that a replaced exchange needs. A circle is cut where it closes. */
function depthOf(
  address: Address,
  steps: ReadonlyMap<Address, Step>,
  path: readonly Address[] = [],
): number {
  const step = steps.get(address);
  if (step?.kind !== 'replace' || step.object !== 'exchange' || path.includes(address)) return 0;
  return 1 + Math.max(0, ...step.needs.map((need) => depthOf(need, steps, [...path, address])));
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
  /** The exchanges that get new bindings. */
  readonly renewed: ReadonlySet<Address>;
}

function surroundingsOf(changes: readonly Change[]): Surroundings {
  const planned = byAddress(changes);
  const sources = new Map<Address, Set<Address>>();
  const behind = new Map<Address, Set<Address>>();
  const bound = new Map<Address, number>();
  const renewed = new Set<Address>();
  for (const change of changes) {
    const object = subjectOf(change);
    if (object.kind !== 'binding') continue;
    const { source, destination } = endsOf(object);
    if (change.kind === 'create') {
      renewed.add(source);
      continue;
    }
    add(sources, destination, source);
    if (isReplacedExchange(planned.get(destination)) && source !== destination) {
      add(behind, source, destination);
    }
    bound.set(destination, (bound.get(destination) ?? 0) + 1);
  }
  return { planned, sources, behind, bound, renewed };
}

function add(sets: Map<Address, Set<Address>>, key: Address, value: Address): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function isReplacedExchange(change: Change | undefined): boolean {
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

/** The new bindings that must be there before an old way goes. */
function newWaysOf(address: Address, object: TopologyObject, { sources, renewed }: Surroundings) {
  const from = object.kind === 'binding' ? [endsOf(object).source] : (sources.get(address) ?? []);
  return [...from]
    .filter((source) => renewed.has(source))
    .map(newBindingsFrom)
    .sort();
}
