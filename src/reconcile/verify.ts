// Never trust a 2xx: whether the broker, read again, is as the steps should have left it.
import type { Live } from '../topology/live.ts';
import { fromFields } from '../topology/normal-form.ts';
import { hashOf } from './order.ts';
import type { Step } from './plan.generated.ts';

/** The steps whose end the broker has not reached. */
export function unreached(steps: readonly Step[], live: Live): Step[] {
  return steps.filter((step) => {
    const found = live.objects.get(step.address);
    if (step.after === undefined || found === undefined) return step.after !== found;
    return hashOf(found) !== hashOf(fromFields(step.object, step.after));
  });
}
