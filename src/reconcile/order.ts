// The order of steps. Phases run one after the other, the steps of a phase in parallel:
//
//   create exchanges, queues ─▶ replace queues ─▶ replace exchanges ─▶ create bindings
//                                   delete exchanges, queues ◀─ delete bindings ◀─┘
//
// New bindings are there before old ones go, so that no message finds no way. An exchange is replaced after those that
// it leads to. What leads messages somewhere is deleted before the place: whoever publishes to an exchange that is gone is
// told so, while one that leads nowhere confirms every message and drops it. A failed step blocks only those that need it.
import { endsOf, hash, type Address } from '../topology/address.ts';
import { canonicalObject, toFields } from '../topology/normal-form.ts';
import { type Binding, type TopologyObject, isBinding } from '../topology/object.ts';
import type { Ways } from '../topology/onward.ts';
import { subjectOf, type Change } from './change.ts';
import { isReplacedExchange } from './circles.ts';
import type { Step } from './plan.generated.ts';
import {
  newBindingsFrom,
  newBindingsTo,
  newWaysBy,
  surroundingsOf,
  type Surroundings,
} from './surroundings.ts';

/** What stands in one line is done together, each line after the one before. */
const phases = [
  ['create exchange', 'create queue'],
  ['replace queue'],
  ['replace exchange'],
  ['create binding'],
  ['replace binding'],
  ['delete binding'],
  ['delete exchange', 'delete queue'],
];

export function phaseOf({ kind, object }: Pick<Step, 'kind' | 'object'>): number {
  return phases.findIndex((phase) => phase.includes(`${kind} ${object}`));
}

/** `ways`: those that there are before the first change. */
export function order(changes: readonly Change[], ways: Ways): Step[] {
  const surroundings = surroundingsOf(changes, ways);
  const steps = new Map(changes.map((change) => [change.address, toStep(change, surroundings)]));
  const depths = depthsOf(steps);
  const ranked = [...steps].map(([address, step]) => ({
    address,
    step,
    phase: phaseOf(step),
    depth: depths.get(address) ?? 0,
  }));
  return ranked
    .sort((a, b) => a.phase - b.phase || a.depth - b.depth || (a.address < b.address ? -1 : 1))
    .map(({ step }) => step);
}

/** How long the chain is of the steps of its phase that a step needs. A circle is cut where it closes. */
function depthsOf(steps: ReadonlyMap<Address, Step>): Map<Address, number> {
  const depths = new Map<Address, number>();
  const depthOf = (address: Address): number => {
    const known = depths.get(address);
    const step = steps.get(address);
    if (known !== undefined || step === undefined || !hasChain(step)) return known ?? 0;
    depths.set(address, 0);
    const depth = 1 + Math.max(0, ...step.needs.map(depthOf));
    depths.set(address, depth);
    return depth;
  };
  // In an order of its own, so that circles are cut at the same place whatever the order of the input.
  for (const address of [...steps.keys()].sort()) depthOf(address);
  return depths;
}

const hasChain = (step: Step): boolean =>
  isReplacedExchange(step) || (step.kind === 'delete' && step.object !== 'binding');

function toStep(change: Change, surroundings: Surroundings): Step {
  const { address, kind } = change;
  const before = kind === 'create' ? undefined : change.before;
  return {
    address,
    object: subjectOf(change).kind,
    kind,
    ...(before && { before: toFields(before), before_hash: hashOf(before) }),
    ...(isBinding(before) && { properties_key: before.properties_key }),
    ...(kind !== 'delete' && { after: toFields(change.after) }),
    managed: kind === 'create' || change.managed,
    ...(change.because !== undefined && { because: change.because }),
    own_request: !ridesAlong(change, surroundings),
    needs: needsOf(change, surroundings),
    ...(kind !== 'delete' && change.at && { source: change.at }),
  };
}

/** Identifies the state of a live object, whatever the order of its arguments. */
export function hashOf(object: TopologyObject): string {
  return hash(canonicalObject(object), 12);
}

/** Whether the request of another step carries a change out. */
function ridesAlong(change: Change, surroundings: Surroundings): boolean {
  if (change.because === undefined) return false;
  if (change.kind === 'create') return true;
  if (!isBinding(change.before)) return !change.managed;
  const { destination } = endsOf(change.before);
  // A request that names an odd key would take another binding.
  if (change.before.odd !== undefined) return true;
  return change.kind === 'replace' || !surroundings.heavilyBound.has(destination);
}

function needsOf(change: Change, surroundings: Surroundings): Address[] {
  const object = subjectOf(change);
  if (change.because !== undefined && ridesAlong(change, surroundings)) return [change.because];
  if (change.kind === 'replace') return [...(surroundings.behind.get(change.address) ?? [])].sort();
  if (change.kind === 'delete') {
    const upstream = [...(surroundings.upstream.get(change.address) ?? [])].sort();
    return [...upstream, ...newWaysOf(change.address, object, surroundings)];
  }
  return isBinding(object) ? plannedEndsOf(object, surroundings) : [];
}

function plannedEndsOf(binding: Binding, { planned }: Surroundings): Address[] {
  const { source, destination } = endsOf(binding);
  return [source, destination].filter((end) => planned.has(end));
}

/** The new bindings that must be there before an old way goes: those from where it came, those to where it led. */
function newWaysOf(address: Address, object: TopologyObject, surroundings: Surroundings) {
  const { sources, destinations, renewed } = surroundings;
  if (isBinding(object)) return newWaysBy(object).filter((way) => renewed.has(way));
  const from = [...(sources.get(address) ?? [])].map(newBindingsFrom);
  const to = [...(destinations.get(address) ?? [])].map(newBindingsTo);
  return [...from, ...to].filter((way) => renewed.has(way)).sort();
}
