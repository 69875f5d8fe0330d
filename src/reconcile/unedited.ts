// Whether a saved plan is as it was made. What a person reviewed is what is carried out, and what was refused stays so.
import { addressOf } from '../topology/identity.ts';
import { fromFields } from '../topology/normal-form.ts';
import { InvalidInput } from '../topology/problem.ts';
import { noConsents } from './consents.ts';
import { countSteps } from './count-steps.ts';
import { guard } from './guard.ts';
import { hashOf } from './order.ts';
import type { PlanDocument, Refusal, Step } from './plan.generated.ts';
import { idOf } from './plan.ts';

/** Throws InvalidInput for a plan that was edited. */
export function assertUnedited(plan: PlanDocument): void {
  const what = findEdit(plan);
  if (what === undefined) return;
  throw new InvalidInput([
    { code: 'edited-plan', message: `the plan was edited: ${what}`, hint: 'plan again with --out' },
  ]);
}

function findEdit(plan: PlanDocument): string | undefined {
  const edited = plan.steps.find(isEdited);
  if (edited !== undefined) return `${edited.address} is not as it was`;
  if (idOf(plan) !== plan.id) return 'its steps and refusals do not make its id';
  if (!isCounted(plan)) return 'its summary does not count its steps and refusals';
  return isGuarded(plan) ? undefined : 'it shows what is refused, and not that it is';
}

function isEdited({ address, object, before, after, before_hash }: Step): boolean {
  const isElsewhere = [before, after].some(
    (fields) => fields && addressOf(fromFields(object, fields)) !== address,
  );
  return (
    isElsewhere || (before !== undefined && hashOf(fromFields(object, before)) !== before_hash)
  );
}

function isCounted({ steps, refusals, summary }: PlanDocument): boolean {
  const counts = Object.entries({ ...countSteps(steps), refused: refusals.length });
  return counts.every(([kind, n]) => summary[kind as keyof typeof summary] === n);
}

/** The id doesn't know what queues held: what would be lost is refused all the same. */
function isGuarded(plan: PlanDocument): boolean {
  const keyOf = ({ code, address = '' }: Refusal): string => `${code} ${address}`;
  const refused = new Set(plan.refusals.map(keyOf));
  return guard(plan, noConsents).every((refusal) => refused.has(keyOf(refusal)));
}
