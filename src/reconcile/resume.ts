// Applying a saved plan: what is done already is left out, and what no longer is as it was planned upon makes the plan stale.
import { addressOf, endsOf, type Address } from '../topology/address.ts';
import type { Live } from '../topology/live.ts';
import { fromFields } from '../topology/normal-form.ts';
import { InvalidInput, type Position } from '../topology/problem.ts';
import { cascade } from './cascade.ts';
import type { Change } from './change.ts';
import { hashOf } from './order.ts';
import { countSteps, idOf } from './plan.ts';
import type { PlanDocument, Step } from './plan.generated.ts';
import { StalePlan } from './stale-plan.ts';

/** The plan with the steps that are still to be done. Throws StalePlan, and InvalidInput for an edited plan. */
export function resume(plan: PlanDocument, live: Live): PlanDocument {
  assertUnedited(plan);
  const planned = new Map(plan.steps.map((step) => [step.address, step]));
  const states = plan.steps.map((step) => ({ step, state: stateOf(step, live, planned) }));
  const open = states.filter(({ state }) => state === 'to-do').map(({ step }) => step);
  const inState = (wanted: StepState): Address[] =>
    states.filter(({ state }) => state === wanted).map(({ step }) => step.address);
  const reasons = [
    ...differentBroker(plan, live),
    ...inState('stale').map((address) => `${address} has changed since`),
    ...inState('gone').map((address) => `${address} is gone since`),
    ...newlyTaken(open, planned, live).map((address) => `${address} would go along by now`),
    ...missingEnds(open, planned, live).map((address) => `${address} is gone since`),
  ];
  if (reasons.length > 0) throw new StalePlan(reasons);
  const steps = standAlone(open);
  return { ...plan, steps, summary: { ...plan.summary, ...countSteps(steps) } };
}

/** What a person reviewed is what is carried out, and what was refused stays so: the id is a hash over both. */
function assertUnedited(plan: PlanDocument): void {
  const edited = plan.steps.find(
    ({ address, object, before, after, before_hash }) =>
      [before, after].some(
        (fields) => fields && addressOf(fromFields(object, fields)) !== address,
      ) ||
      (before && hashOf(fromFields(object, before)) !== before_hash),
  );
  if (edited === undefined && idOf(plan) === plan.id) return;
  const what =
    edited === undefined
      ? 'its steps and refusals do not make its id'
      : `${edited.address} is not as it was`;
  throw new InvalidInput([
    { code: 'edited-plan', message: `the plan was edited: ${what}`, hint: 'plan again with --out' },
  ]);
}

function differentBroker(plan: PlanDocument, live: Live): string[] {
  const [planned, found] = [plan.broker.cluster_name, live.broker.cluster_name];
  return planned === found ? [] : [`it was made for cluster ${planned}, and this is ${found}`];
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
  if (binding?.kind !== 'binding') return 'to-do';
  const replaced = Object.values(endsOf(binding)).filter(
    (end) => planned.get(end)?.kind === 'replace',
  );
  return replaced.every((end) => isUntouched(planned.get(end), live)) ? 'gone' : 'to-do';
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
function newlyTaken(open: readonly Step[], planned: Planned, live: Live): Address[] {
  const changes = open
    .filter(({ because }) => because === undefined)
    .flatMap((step) => toChange(step, live));
  const taken = cascade(changes, new Map(), live).map(({ address }) => address);
  return taken.filter((address) => !planned.has(address));
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
function missingEnds(open: readonly Step[], planned: Planned, live: Live): Address[] {
  return open.flatMap(({ kind, object, after }) => {
    const binding = kind === 'create' && after ? fromFields(object, after) : undefined;
    if (binding?.kind !== 'binding') return [];
    const ends = Object.values(endsOf(binding));
    return ends.filter((end) => !live.objects.has(end) && planned.get(end)?.after === undefined);
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
