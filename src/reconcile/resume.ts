// Resumes a saved plan: leaves out steps already done, and throws if an object has changed since
// planning.
import { endsOf, type Address } from '../topology/address.ts';
import type { Declared } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import { isMet, isSame } from '../topology/normal-form.ts';
import { isBinding } from '../topology/object.ts';
import type { Position } from '../topology/problem.ts';
import { cascade } from './cascade.ts';
import { toDifference, type Change } from './change.ts';
import { driftOf, elsewhere, goesAlong, StalePlan, type Drift } from './drift.ts';
import {
  afterOf,
  beforeOf,
  countSteps,
  isOfBinding,
  type Plan,
  type Request,
  type Step,
} from './step.ts';

/** The plan with only the steps still to do. Throws StalePlan. */
export function resume(plan: Plan, live: Live): Plan {
  const planned = new Map(plan.steps.map((step) => [step.address, step]));
  const states = plan.steps.map((step) => ({ step, state: stateOf(step, live, planned) }));
  const open = states.filter(({ state }) => state === 'to-do').map(({ step }) => step);
  const drifts = [
    ...differentBroker(plan, live),
    ...states.flatMap(({ step, state }) => driftsOf(step, state, live)),
    ...newlyTaken(open, planned, live),
    ...missingEnds(open, planned, live),
  ];
  if (drifts.length > 0) throw new StalePlan(drifts);
  const steps = standAlone(open);
  return { ...plan, steps, summary: { ...plan.summary, ...countSteps(steps) } };
}

function differentBroker(plan: Plan, live: Live): Drift[] {
  const [planned, found] = [plan.broker.cluster_name, live.broker.cluster_name];
  if (planned === found) return [];
  return [elsewhere(`it was made for cluster ${planned}, but this is ${found}`)];
}

type Planned = ReadonlyMap<Address, Step>;
type StepState = 'done' | 'to-do' | 'stale' | 'gone';

function stateOf(step: Step, live: Live, planned: Planned): StepState {
  const found = live.objects.get(step.address);
  if (found === undefined) return stateOfMissing(step, live, planned);
  const isUntouched = isSame(found, beforeOf(step));
  if (step.because !== undefined)
    return isUntouched ? stateOfTaken(step, step.because, live, planned) : 'stale';
  if (isMet(found, afterOf(step))) return 'done';
  return isUntouched ? 'to-do' : 'stale';
}

/** A binding is missing while its end is being replaced; if missing earlier, someone removed it. */
function stateOfMissing(step: Step, live: Live, planned: Planned): StepState {
  if (step.kind === 'delete') return 'done';
  if (step.kind === 'create' || !isBinding(step.after)) return 'to-do';
  const binding = step.after;
  const replaced = Object.values(endsOf(binding)).filter(
    (end) => planned.get(end)?.kind === 'replace',
  );
  return replaced.every((end) => isUntouched(planned.get(end), live)) ? 'gone' : 'to-do';
}

function driftsOf(step: Step, state: StepState, live: Live): Drift[] {
  if (state !== 'stale' && state !== 'gone') return [];
  const found = live.objects.get(step.address);
  return [driftOf(step.address, beforeOf(step), found)];
}

function isUntouched(step: Step | undefined, live: Live): boolean {
  const found = step && live.objects.get(step.address);
  return found !== undefined && step !== undefined && isSame(found, beforeOf(step));
}

/** A carried object exists before and after; it is done once its carrier is. */
function stateOfTaken(step: Step, because: Address, live: Live, planned: Planned): StepState {
  const owner = step.kind === 'replace' ? planned.get(because) : undefined;
  return owner !== undefined && stateOf(owner, live, planned) === 'done' ? 'done' : 'to-do';
}

/**
 * Finds what the broker would now delete along with a step, unknown to the plan: it would be lost
 * unseen.
 */
function newlyTaken(open: readonly Step[], planned: Planned, live: Live): Drift[] {
  const changes = open
    .filter(({ because }) => because === undefined)
    .flatMap((step) => toChange(step, live));
  const taken = cascade(changes, new Map(), live).filter(({ address }) => !planned.has(address));
  return taken.flatMap(({ address }) => {
    const found = live.objects.get(address);
    return found === undefined ? [] : [goesAlong(address, found)];
  });
}

const nowhere: Position = { file: '', line: 1, col: 1 };

function toChange(step: Step, live: Live): Change[] {
  const { kind, address, managed } = step;
  if (kind === 'create') return [{ kind, address, after: step.after, at: nowhere }];
  const before = live.objects.get(address);
  if (before === undefined) return [];
  if (kind === 'delete') return [{ kind, address, before, managed, renamed_to: step.renamed_to }];
  const change = toDifference(address, { before, after: step.after, at: nowhere });
  return [change.kind === 'replace' ? { ...change, managed } : change];
}

/** The changes of the broker as it is now, and the objects that they leave. */
export function changesOf(steps: readonly Step[], upon: Live) {
  const changes = steps.flatMap((step) => toChange(step, upon));
  const objects = changes.flatMap((change): [Address, Declared][] =>
    change.kind === 'delete' ? [] : [[change.address, { object: change.after, at: nowhere }]],
  );
  return { changes, objects: new Map(objects) };
}

/** Finds ends of new bindings that neither exist nor are created by the plan. */
function missingEnds(open: readonly Step[], planned: Planned, live: Live): Drift[] {
  const isMade = (step: Step | undefined): boolean => step !== undefined && step.kind !== 'delete';
  return open.flatMap((step) => {
    if (step.kind !== 'create' || !isBinding(step.after)) return [];
    const ends = Object.values(endsOf(step.after)).filter(
      (end) => !live.objects.has(end) && !isMade(planned.get(end)),
    );
    return ends.map((address) => ({ kind: 'gone', address, message: `${address} has gone since` }));
  });
}

/** Gives a missing binding whose end is already back a request of its own. */
function standAlone(open: readonly Step[]): Step[] {
  const addresses = new Set(open.map(({ address }) => address));
  return open.map((step) => {
    if (step.kind !== 'replace' || step.because === undefined) return step;
    if (!isOfBinding(step) || addresses.has(step.because)) return step;
    const { address, managed, because, depth, effect, after, at } = step;
    const request: Request = { kind: 'own', needs: [] };
    return { kind: 'create', address, managed, because, depth, effect, after, at, request };
  });
}
