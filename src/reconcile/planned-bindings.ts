// What a plan knows of the bindings of each exchange or queue that it replaces.
import { endsOf, type Address } from '../topology/address.ts';
import { type Binding, isBinding } from '../topology/object.ts';
import { isReplacement, objectOf, type Step } from './step.ts';

export interface PlannedBindings {
  /** Those that there are when all is done: put back by this replacement or by a later one, or created. */
  readonly staying: readonly Binding[];
  readonly deleted: readonly Binding[];
  /** Of those that stay: what a file declares is put back even if somebody has removed it. */
  readonly declared: readonly Binding[];
}

type Known = Record<keyof PlannedBindings, Binding[]>;

export function plannedByEnd(steps: readonly Step[]): ReadonlyMap<Address, PlannedBindings> {
  const replaced = steps.filter(isReplacement);
  const planned = new Map<Address, Known>(
    replaced.map(({ address }) => [address, { staying: [], deleted: [], declared: [] }]),
  );
  for (const step of steps) {
    const binding = objectOf(step);
    if (!isBinding(binding)) continue;
    const { source, destination } = endsOf(binding);
    for (const end of [source, destination]) {
      const known = planned.get(end);
      known?.[step.kind === 'delete' ? 'deleted' : 'staying'].push(binding);
      if (step.kind !== 'delete' && step.managed) known?.declared.push(binding);
    }
  }
  return planned;
}
