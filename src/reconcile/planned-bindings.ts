// Finds what happens to the bindings around each replaced exchange or queue.
import { endsOf, type Address } from '../topology/address.ts';
import { type Binding, isBinding } from '../topology/object.ts';
import { isReplacement, objectOf, type Step } from './step.ts';

export interface PlannedBindings {
  /** Bindings that exist in the end: put back by this replacement or a later one, or created. */
  readonly staying: readonly Binding[];
  readonly deleted: readonly Binding[];
  /** The staying ones that a file declares: put back even if someone removed them. */
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
