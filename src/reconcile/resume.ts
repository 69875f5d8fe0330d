// Applying a saved plan: what is done already is left out, and what no longer is as it was planned upon makes the plan stale.
import { endsOf, type Address } from '../topology/address.ts';
import type { Live } from '../topology/live.ts';
import { fromFields, toFields } from '../topology/normal-form.ts';
import { isBinding } from '../topology/object.ts';
import type { Position } from '../topology/problem.ts';
import { cascade } from './cascade.ts';
import type { Change } from './change.ts';
import { countSteps } from './count-steps.ts';
import { driftOf, elsewhere, goesAlong, type Drift } from './drift.ts';
import { hashOf } from './order.ts';
import type { PlanDocument, Step } from './plan.generated.ts';
import { StalePlan } from './stale-plan.ts';
import { assertUnedited } from './unedited.ts';

/** The plan with the steps that are still to be done. Throws StalePlan, and InvalidInput for an edited plan. */
export function resume(plan: PlanDocument, live: Live): PlanDocument {
  assertUnedited(plan);
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

function differentBroker(plan: PlanDocument, live: Live): Drift[] {
  const [planned, found] = [plan.broker.cluster_name, live.broker.cluster_name];
  if (planned === found) return [];
  return [elsewhere(`it was made for cluster ${planned}, and this is ${found}`)];
}

type Planned = ReadonlyMap<Address, Step>;
type StepState = 'done' | 'to-do' | 'stale' | 'gone';

function stateOf(step: Step, live: Live, planned: Planned): StepState {
  const found = live.objects.get(step.address);
  if (found === undefined) return stateOfMissing(step, live, planned);
  const foundHash = hashOf(found);
  if (step.because !== undefined) {
    return foundHash === step.before_hash
      ? stateOfTaken(step, step.because, live, planned)
      : 'stale';
  }
  if (step.after && foundHash === hashOf(fromFields(step.object, step.after))) return 'done';
  return foundHash === step.before_hash ? 'to-do' : 'stale';
}

/** A binding is missing while what it comes back with is replaced; before that, somebody took it. */
function stateOfMissing(step: Step, live: Live, planned: Planned): StepState {
  if (step.kind === 'delete') return 'done';
  const binding = step.kind === 'replace' ? fromFields(step.object, step.after ?? {}) : undefined;
  if (!isBinding(binding)) return 'to-do';
  const replaced = Object.values(endsOf(binding)).filter(
    (end) => planned.get(end)?.kind === 'replace',
  );
  return replaced.every((end) => isUntouched(planned.get(end), live)) ? 'gone' : 'to-do';
}

function driftsOf(step: Step, state: StepState, live: Live): Drift[] {
  if (state !== 'stale' && state !== 'gone') return [];
  const found = live.objects.get(step.address);
  return [driftOf(step, step.before, found && toFields(found))];
}

function isUntouched(step: Step | undefined, live: Live): boolean {
  const found = step && live.objects.get(step.address);
  return found !== undefined && hashOf(found) === step?.before_hash;
}

/** What comes back with another object is there before and after: it is done when that object is. */
function stateOfTaken(step: Step, because: Address, live: Live, planned: Planned): StepState {
  const owner = step.kind === 'replace' ? planned.get(because) : undefined;
  return owner !== undefined && stateOf(owner, live, planned) === 'done' ? 'done' : 'to-do';
}

/** What the broker would take along by now, and the plan doesn't know: it would be lost unseen. */
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

export const nowhere: Position = { file: '', line: 1, col: 1 };

export function toChange({ kind, address, object, after, managed }: Step, live: Live): Change[] {
  const before = live.objects.get(address);
  if (after !== undefined && kind === 'create') {
    return [{ kind, address, after: fromFields(object, after), at: nowhere }];
  }
  if (before === undefined) return [];
  if (after === undefined) return [{ kind: 'delete', address, before, managed }];
  return [{ kind: 'replace', address, before, after: fromFields(object, after), managed }];
}

/** The ends of new bindings that are neither there nor made by the plan. */
function missingEnds(open: readonly Step[], planned: Planned, live: Live): Drift[] {
  return open.flatMap(({ kind, object, after }) => {
    const binding = kind === 'create' && after ? fromFields(object, after) : undefined;
    if (!isBinding(binding)) return [];
    const ends = Object.values(endsOf(binding)).filter(
      (end) => !live.objects.has(end) && planned.get(end)?.after === undefined,
    );
    return ends.map((address) => ({ kind: 'gone', address, message: `${address} is gone since` }));
  });
}

/** A binding whose end is back already, but which is not, is put back by a request of its own. */
function standAlone(open: readonly Step[]): Step[] {
  const addresses = new Set(open.map(({ address }) => address));
  return open.map((step) => {
    if (step.kind !== 'replace' || step.because === undefined) return step;
    if (step.object !== 'binding' || addresses.has(step.because)) return step;
    return { ...step, kind: 'create', own_request: true, needs: [] };
  });
}
