// Refuses to replace exchanges that are bound in a circle if one is auto_delete: whichever goes
// first takes bindings along that keep the auto_delete one alive.
import type { Address } from '../topology/address.ts';
import { isBindingEnd, isExchange } from '../topology/object.ts';
import type { Refusal } from './plan.generated.ts';
import { isReplacement, needsOf, type ReplaceStep, type Step } from './step.ts';

export function guardCircles(steps: readonly Step[]): Refusal[] {
  const replaced = new Map(steps.filter(isReplacedExchange).map((step) => [step.address, step]));
  return [...replaced.values()].filter(isAutoDelete).flatMap(({ address }) =>
    leadsTo(address, replaced).has(address)
      ? {
          code: 'circle',
          address,
          reason: 'it is auto_delete, and bound in a circle with other replaced exchanges',
          hint: `replace them one at a time: topo apply --target NAME`,
        }
      : [],
  );
}

function leadsTo(start: Address, replaced: ReadonlyMap<Address, ReplaceStep>): Set<Address> {
  const reached = new Set<Address>();
  const open = [start];
  for (let address = open.pop(); address !== undefined; address = open.pop()) {
    const step = replaced.get(address);
    for (const { address: need } of step ? needsOf(step) : []) {
      if (!reached.has(need)) open.push(need);
      reached.add(need);
    }
  }
  return reached;
}

export const isReplacedExchange = (step: Step): step is ReplaceStep =>
  isReplacement(step) && isExchange(step.after);

export const isAutoDelete = ({ before, after }: ReplaceStep): boolean =>
  [before, after].some((end) => isBindingEnd(end) && end.auto_delete);
