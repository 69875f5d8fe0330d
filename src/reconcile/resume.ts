// Applying a saved plan: what is done already is left out, and what no longer is as it was planned upon makes the plan stale.
import { addressOf, endsOf, type Address } from '../topology/address.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import { fromFields } from '../topology/normal-form.ts';
import { hashOf } from './order.ts';
import { countSteps } from './plan.ts';
import type { PlanDocument, Step } from './plan.generated.ts';
import { StalePlan } from './stale-plan.ts';

/** The plan with the steps that are still to be done. Throws StalePlan. */
export function resume(plan: PlanDocument, live: Live): PlanDocument {
  const planned = new Map(plan.steps.map((step) => [step.address, step]));
  const states = plan.steps.map((step) => ({ step, state: stateOf(step, live, planned) }));
  const open = states.filter(({ state }) => state === 'to-do').map(({ step }) => step);
  const stale = states.filter(({ state }) => state === 'stale').map(({ step }) => step.address);
  const reasons = [
    ...differentBroker(plan, live),
    ...stale.map((address) => `${address} has changed since`),
    ...newlyBound(open, planned, live).map((address) => `${address} was added since`),
  ];
  if (reasons.length > 0) throw new StalePlan(reasons);
  const steps = standAlone(open);
  return { ...plan, steps, summary: { ...plan.summary, ...countSteps(steps) } };
}

function differentBroker(plan: PlanDocument, live: Live): string[] {
  const [planned, found] = [plan.broker.cluster_name, live.broker.cluster_name];
  return planned === found ? [] : [`it was made for cluster ${planned}, and this is ${found}`];
}

type Planned = ReadonlyMap<Address, Step>;
type StepState = 'done' | 'to-do' | 'stale';

function stateOf(step: Step, live: Live, planned: Planned): StepState {
  const found = live.objects.get(step.address);
  if (found === undefined) return step.kind === 'delete' ? 'done' : 'to-do';
  if (step.because !== undefined) return stateOfTaken(step, step.because, live, planned);
  const foundHash = hashOf(found);
  if (step.after && foundHash === hashOf(fromFields(step.object, step.after))) return 'done';
  return foundHash === step.before_hash ? 'to-do' : 'stale';
}

/** What comes back with another object is there before and after: it is done when that object is. */
function stateOfTaken(step: Step, because: Address, live: Live, planned: Planned): StepState {
  const owner = step.kind === 'replace' ? planned.get(because) : undefined;
  return owner !== undefined && stateOf(owner, live, planned) === 'done' ? 'done' : 'to-do';
}

/** Bindings of a going exchange or queue that the plan doesn't know: they would be lost unseen. */
function newlyBound(open: readonly Step[], planned: Planned, live: Live): Address[] {
  const going = new Set(open.filter(goes).map(({ address }) => address));
  return [...live.objects.values()]
    .filter((object) => isBoundTo(object, going))
    .map(addressOf)
    .filter((address) => !planned.has(address));
}

const goes = ({ kind, object }: Step): boolean => kind !== 'create' && object !== 'binding';

function isBoundTo(object: LiveObject, going: ReadonlySet<Address>): boolean {
  if (object.kind !== 'binding') return false;
  const { source, destination } = endsOf(object);
  return going.has(source) || going.has(destination);
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
