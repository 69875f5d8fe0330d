// The steps that the request of another step carries out, and what a step is about.
import { endsOf, type Address } from '../topology/address.ts';
import type { LiveBinding } from '../topology/live.ts';
import { fromFields } from '../topology/normal-form.ts';
import { type Binding, type TopologyObject, isBinding } from '../topology/object.ts';
import { isAutoDelete } from './circles.ts';
import type { Step } from './plan.generated.ts';

export function objectOf(kind: Step['object'], fields: Step['after']): TopologyObject {
  if (fields === undefined) throw new Error(`a step of a ${kind} lacks its fields`);
  return fromFields(kind, fields);
}

export function toBinding({ object, before, after }: Step): Binding {
  const binding = objectOf(object, after ?? before);
  if (!isBinding(binding)) throw new Error(`a ${object} is no binding`);
  return binding;
}

export const toLiveBinding = (step: Step): LiveBinding => ({
  ...toBinding(step),
  properties_key: step.properties_key ?? '',
});

/**
 * The bindings to put back with each replaced end. Where both ends are replaced, the binding comes back with each of
 * them, so that the way is open in between; but an auto_delete exchange may be gone by then, so there only with the last.
 */
export function restoredByEnd(steps: readonly Step[]): Map<Address, Binding[]> {
  const replaced = new Map(
    steps.filter(isReplacement).map((step, nth) => [step.address, { step, nth }]),
  );
  const restored = new Map<Address, Binding[]>();
  for (const step of steps) {
    if (step.kind !== 'replace' || step.object !== 'binding') continue;
    const binding = toBinding(step);
    const { source, destination } = endsOf(binding);
    const ends = [...new Set([replaced.get(source), replaced.get(destination)])]
      .filter((end) => end !== undefined)
      .sort((a, b) => a.nth - b.nth);
    const carriers = ends.some(({ step: end }) => isAutoDelete(end)) ? ends.slice(-1) : ends;
    const addresses = ends.length === 0 ? [step.because ?? ''] : carriers.map(addressOfStep);
    for (const address of addresses) {
      const bindings = restored.get(address);
      if (bindings) bindings.push(binding);
      else restored.set(address, [binding]);
    }
  }
  return restored;
}

const addressOfStep = ({ step }: { readonly step: Step }): Address => step.address;

/** The steps that a binding's own request carries, too. */
export function tiedByCarrier(steps: readonly Step[]): Map<Address, Step[]> {
  const bindings = new Set(
    steps.filter(({ object }) => object === 'binding').map(({ address }) => address),
  );
  const tied = new Map<Address, Step[]>();
  for (const step of steps) {
    const { because = '' } = step;
    if (step.object !== 'binding' || !bindings.has(because)) continue;
    tied.set(because, [...(tied.get(because) ?? []), step]);
  }
  return tied;
}

const isReplacement = ({ kind, object }: Step): boolean =>
  kind === 'replace' && object !== 'binding';
