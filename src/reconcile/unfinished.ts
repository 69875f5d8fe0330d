// A replacement takes bindings along that no file declares. Until they are back, the plan that puts them back is their only copy.
import { plural } from '../topology/count.ts';
import type { Live } from '../topology/live.ts';
import type { PlanDocument, Refusal, Step } from './plan.generated.ts';

/** A plan that was begun, and where it is kept. */
export interface Unfinished {
  readonly file: string;
  readonly plan: PlanDocument;
}

/** The steps that put back what nobody else knows. */
export const undeclaredReturns = (steps: readonly Step[]): Step[] =>
  steps.filter(
    ({ kind, object, managed }) => kind === 'replace' && object === 'binding' && !managed,
  );

const vhostOf = ({ before, after }: Step): string => (after ?? before)?.vhost ?? '';

/** Planned anew, the files would be matched, and the bindings be lost without a word. */
export function guardUnfinished(begun: readonly Unfinished[], { broker, vhosts }: Live): Refusal[] {
  return begun
    .filter(({ plan }) => plan.broker.cluster_name === broker.cluster_name)
    .filter(({ plan }) => plan.steps.some((step) => vhosts.has(vhostOf(step))))
    .map(({ file, plan }) => ({
      code: 'unfinished',
      reason: `an apply was cut off that was to put back ${plural(undeclaredReturns(plan.steps).length, 'binding')} which no file declares`,
      hint: `topo apply ${file} does the rest of it; or delete that file, if they need not come back`,
    }));
}
