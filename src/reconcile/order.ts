// Orders steps. Phases run one after the other, the steps of a phase in parallel: vhosts, users and
// permissions first, then what they hold, then what applies to that; deletes the other way round.
// New bindings come before old ones go, so that every message finds a route. An exchange is
// replaced after those that it leads to. Senders are deleted before their targets: publishing to a
// deleted exchange fails, while one that leads nowhere confirms every message and drops it. A
// failed step blocks only those that need it.
import { addressOfNamed, endsOf, type Address } from '../topology/address.ts';
import type { Grantee } from '../topology/grant.ts';
import { kinds } from '../topology/kinds/kinds.ts';
import {
  isAnyPolicy,
  isBinding,
  isQueue,
  unreachable,
  type Binding,
  type Kind,
  type TopologyObject,
  type Vhost,
} from '../topology/object.ts';
import type { Ways } from '../topology/onward.ts';
import { rejects } from '../topology/overflow-first.ts';
import { newHoldersOf, subjectOf, type Change } from './change.ts';
import { isReplacedExchange } from './circles.ts';
import { changesOwn } from './guard-users.ts';
import {
  afterOf,
  beforeOf,
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
const phases: Readonly<Record<Kind, Phases>> = {
  vhost: { create: 0, update: 0, delete: 18 },
  user: { create: 1, update: 1, delete: 17 },
  permission: { create: 2, update: 2, delete: 16 },
  topic_permission: { create: 4, update: 4, delete: 16 },
  exchange: { create: 3, replace: 7, delete: 15 },
  queue: { create: 5, replace: 6, delete: 15 },
  binding: { create: 8, replace: 9, delete: 14 },
  parameter: { create: 10, update: 10, delete: 13 },
  global_parameter: { create: 10, update: 10, delete: 13 },
  policy: { create: 11, update: 11, delete: 12 },
  operator_policy: { create: 11, update: 11, delete: 12 },
};

/** A kind is either updated or replaced. */
type Phases = Readonly<Partial<Record<Step['kind'], number>>>;

/** Of all steps, what changes topo's own user and its rights comes last. */
const ownPhase = 1 + Math.max(...Object.values(phases).flatMap((each) => Object.values(each)));

export function phaseOf(step: Step, self?: Grantee): number {
  if (changesOwn(step, self)) return ownPhase;
  const phase = phases[objectOf(step).kind][step.kind];
  if (phase === undefined) throw new Error(`${step.address}: no kind of object for ${step.kind}`);
  return phase;
}

/** `ways`: those that exist before the first change. */
export function order(changes: readonly Change[], ways: Ways, self?: Grantee): Step[] {
  const surroundings = surroundingsOf(changes, ways);
  const steps = new Map(changes.map((change) => [change.address, toStep(change, surroundings)]));
  const depths = depthsOf(steps);
  const ranked = [...steps].map(([address, step]) => ({
    address,
    step,
    phase: phaseOf(step, self),
    depth: depths.get(address) ?? 0,
    overflow: overflowRank(step),
  }));
  return ranked
    .sort(
      (a, b) =>
        a.phase - b.phase ||
        a.depth - b.depth ||
        a.overflow - b.overflow ||
        (a.address < b.address ? -1 : 1),
    )
    .map(({ step }) => step);
}

/** Queues must refuse what is too much before they have a limit, and as long as they have it. */
function overflowRank(step: Step): number {
  const [before, after] = [beforeOf(step), afterOf(step)].map(
    (object) => isAnyPolicy(object) && rejects(object.definition),
  );
  return before === after ? 1 : after === true ? 0 : 2;
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
  const chained = [...steps.values()].filter(hasChain);
  for (const address of chained.map((step) => step.address).sort()) depthOf(address);
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
  const common = { address, because, request, depth: undefined, effect: undefined };
  switch (change.kind) {
    case 'create': {
      const { kind, after, at } = change;
      return { ...common, kind, after, at, managed: true };
    }
    case 'update': {
      const { kind, before, after, at } = change;
      return { ...common, kind, before, after, at, managed: true };
    }
    case 'replace': {
      const { kind, before, after, at, managed } = change;
      return { ...common, kind, before, after, at, managed };
    }
    case 'delete': {
      const { kind, before, managed, drain, renamed_to } = change;
      return { ...common, kind, before, managed, drain, renamed_to };
    }
    default:
      return unreachable(change);
  }
}

/** Whether another step's request carries out a change. */
function ridesAlong(change: Change, surroundings: Surroundings): boolean {
  if (change.because === undefined) return false;
  if (change.kind === 'create' || change.kind === 'update') return change.kind === 'create';
  if (!goesFirst(subjectOf(change)) && isInGoingVhost(change, surroundings)) return true;
  if (!isBinding(change.before)) return !change.managed;
  const { destination } = endsOf(change.before);
  // A request with an odd key would delete another binding.
  if (change.before.odd !== undefined) return true;
  return change.kind === 'replace' || !surroundings.heavilyBound.has(destination);
}

/** Before its vhost: a queue by its guards, and a shovel, which would declare its queues again. */
const goesFirst = (object: TopologyObject): boolean =>
  isQueue(object) || (object.kind === 'parameter' && object.component === 'shovel');

const isInGoingVhost = ({ because = '' }: Change, { planned }: Surroundings): boolean =>
  planned.get(because)?.kind === 'delete' && because.startsWith(`${kinds.vhost.path}/`);

function needsOf(change: Change, surroundings: Surroundings): Need[] {
  const object = subjectOf(change);
  if (change.kind === 'replace') return toSteps(surroundings.behind.get(change.address));
  if (change.kind === 'delete') {
    if (object.kind === 'vhost') return toSteps(firstIn(object, surroundings));
    const upstream = [
      ...toSteps(surroundings.upstream.get(change.address)),
      ...takenOverBy(change, surroundings),
    ];
    const policies = toSteps(surroundings.policies.get(change.address));
    return [...upstream, ...policies, ...newWaysOf(change.address, object, surroundings)];
  }
  const ends = isBinding(object) ? plannedEndsOf(object, surroundings) : [];
  return [...newHoldersOf(object, surroundings.planned), ...ends].map(toStepNeed);
}

const toStepNeed = (address: Address): Need => ({ kind: 'step', address });
const toSteps = (addresses: Iterable<Address> = []): Need[] =>
  [...addresses].sort().map(toStepNeed);

function plannedEndsOf(binding: Binding, { planned }: Surroundings): Address[] {
  const { source, destination } = endsOf(binding);
  return [source, destination].filter((end) => planned.has(end));
}

/** What must be there before a renamed queue is unbound. */
function takenOverBy(
  { before, renamed_to }: Extract<Change, { kind: 'delete' }>,
  { planned, renewed }: Surroundings,
): Need[] {
  if (renamed_to === undefined) return [];
  const address = addressOfNamed('queue', before.vhost ?? '', renamed_to);
  const bound: Need = { kind: 'bindings-to', address };
  return [
    ...(planned.has(address) ? toSteps([address]) : []),
    ...(renewed.has(renderNeed(bound)) ? [bound] : []),
  ];
}

/** The queues in a vhost that goes: each must have gone before. */
const firstIn = ({ name }: Vhost, { planned }: Surroundings): Address[] =>
  [...planned.values()]
    .filter((change) => goesFirst(subjectOf(change)) && subjectOf(change).vhost === name)
    .map(({ address }) => address);

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
