// Orders steps. Phases run one after the other, the steps of a phase in parallel: create exchanges,
// queues ─▶ replace queues ─▶ replace exchanges ─▶ create bindings delete exchanges, queues ◀─
// delete bindings ◀─┘ New bindings come before old ones go, so that every message finds a route. An
// exchange is replaced after those that it leads to. Senders are deleted before their targets:
// publishing to a deleted exchange fails, while one that leads nowhere confirms every message and
// drops it. A failed step blocks only those that need it.
import { endsOf, type Address } from '../topology/address.ts';
import {
  isBinding,
  unreachable,
  type Binding,
  type Kind,
  type TopologyObject,
} from '../topology/object.ts';
import type { Ways } from '../topology/onward.ts';
import { subjectOf, type Change } from './change.ts';
import { isReplacedExchange } from './circles.ts';
import {
  isOfBinding,
  newWaysBy,
  objectOf,
  renderNeed,
  type Need,
  type Request,
  type Step,
} from './step.ts';
import { surroundingsOf, type Surroundings } from './surroundings.ts';

/**
 * The phase of each change and kind: phases run one after the other, the steps of a phase in
 * parallel.
 */
const phases = {
  exchange: { create: 0, replace: 2, delete: 6 },
  queue: { create: 0, replace: 1, delete: 6 },
  binding: { create: 3, replace: 4, delete: 5 },
} as const satisfies Record<Kind, Record<Step['kind'], number>>;

export const phaseOf = (step: Step): number => phases[objectOf(step).kind][step.kind];

/** `ways`: those that exist before the first change. */
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

/** How long the chain of needed steps within a phase is. A circle is cut where it closes. */
function depthsOf(steps: ReadonlyMap<Address, Step>): Map<Address, number> {
  const depths = new Map<Address, number>();
  const depthOf = (address: Address): number => {
    const known = depths.get(address);
    const step = steps.get(address);
    if (known !== undefined || step === undefined || !hasChain(step)) return known ?? 0;
    depths.set(address, 0);
    const depth = 1 + Math.max(0, ...stepsNeededBy(step).map(depthOf));
    depths.set(address, depth);
    return depth;
  };
  // Sorted, so that circles are cut at the same place for any order of the input.
  for (const address of [...steps.keys()].sort()) depthOf(address);
  return depths;
}

const stepsNeededBy = ({ request }: Step): Address[] =>
  request.kind === 'carried'
    ? [request.by]
    : request.needs.flatMap(({ kind, address }) => (kind === 'step' ? address : []));

const hasChain = (step: Step): boolean =>
  isReplacedExchange(step) || (step.kind === 'delete' && !isOfBinding(step));

function toStep(change: Change, surroundings: Surroundings): Step {
  const { address, because } = change;
  const request: Request =
    because !== undefined && ridesAlong(change, surroundings)
      ? { kind: 'carried', by: because }
      : { kind: 'own', needs: needsOf(change, surroundings) };
  const common = { address, because, request, depth: undefined };
  switch (change.kind) {
    case 'create': {
      const { kind, after, at } = change;
      return { ...common, kind, after, at, managed: true };
    }
    case 'replace': {
      const { kind, before, after, at, managed } = change;
      return { ...common, kind, before, after, at, managed };
    }
    case 'delete': {
      const { kind, before, managed } = change;
      return { ...common, kind, before, managed };
    }
    default:
      return unreachable(change);
  }
}

/** Whether another step's request carries out a change. */
function ridesAlong(change: Change, surroundings: Surroundings): boolean {
  if (change.because === undefined) return false;
  if (change.kind === 'create') return true;
  if (!isBinding(change.before)) return !change.managed;
  const { destination } = endsOf(change.before);
  // A request with an odd key would delete another binding.
  if (change.before.odd !== undefined) return true;
  return change.kind === 'replace' || !surroundings.heavilyBound.has(destination);
}

function needsOf(change: Change, surroundings: Surroundings): Need[] {
  const object = subjectOf(change);
  if (change.kind === 'replace') return toSteps(surroundings.behind.get(change.address));
  if (change.kind === 'delete') {
    const upstream = toSteps(surroundings.upstream.get(change.address));
    return [...upstream, ...newWaysOf(change.address, object, surroundings)];
  }
  return isBinding(object) ? plannedEndsOf(object, surroundings).map(toStepNeed) : [];
}

const toStepNeed = (address: Address): Need => ({ kind: 'step', address });
const toSteps = (addresses: Iterable<Address> = []): Need[] =>
  [...addresses].sort().map(toStepNeed);

function plannedEndsOf(binding: Binding, { planned }: Surroundings): Address[] {
  const { source, destination } = endsOf(binding);
  return [source, destination].filter((end) => planned.has(end));
}

/**
 * The new bindings that must exist before an old route goes: those from its sources, and those to
 * its destinations.
 */
function newWaysOf(address: Address, object: TopologyObject, surroundings: Surroundings): Need[] {
  const { sources, destinations, renewed } = surroundings;
  const isRenewed = (need: Need): boolean => renewed.has(renderNeed(need));
  if (isBinding(object)) {
    const { source, destination } = endsOf(object);
    return newWaysBy(source, destination).filter(isRenewed);
  }
  const from = [...(sources.get(address) ?? [])].map((end): Need => ({
    kind: 'bindings-from',
    address: end,
  }));
  const to = [...(destinations.get(address) ?? [])].map((end): Need => ({
    kind: 'bindings-to',
    address: end,
  }));
  const inOrder = (a: Need, b: Need): number => (renderNeed(a) < renderNeed(b) ? -1 : 1);
  return [...from, ...to].filter(isRenewed).sort(inOrder);
}
