// Finds what happens to bindings around a step: which ones a replacement puts back, which ones
// another step's request carries, and what a plan knows of the rest.
import { endsOf, type Address } from '../topology/address.ts';
import { type Binding, isBinding } from '../topology/object.ts';
import { isAutoDelete } from './circles.ts';
import { isOfBinding, isReplacement, objectOf, type ReplaceStep, type Step } from './step.ts';

/**
 * The bindings to put back with each replaced end. If both ends are replaced, the binding comes
 * back with each, so that the route is open in between; but an auto_delete exchange may be gone by
 * then, so in that case only with the last.
 */
export function restoredByEnd(steps: readonly Step[]): Map<Address, Binding[]> {
  const replaced = new Map(
    steps.filter(isReplacement).map((step, nth) => [step.address, { step, nth }]),
  );
  const restored = new Map<Address, Binding[]>();
  for (const step of steps) {
    const binding = comingBack(step);
    if (binding === undefined) continue;
    const { source, destination } = endsOf(binding);
    const ends = [...new Set([replaced.get(source), replaced.get(destination)])]
      .filter((end) => end !== undefined)
      .sort((a, b) => a.nth - b.nth);
    if (ends.length === 0 && step.because === undefined) continue;
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

/** A binding that is deleted by itself leads on until then, whatever happens to its ends. */
const leadsOn = (step: Step): boolean => step.kind === 'delete' && step.because === undefined;

/** The binding that a replacement of one of its ends puts back. */
function comingBack(step: Step): Binding | undefined {
  const binding = objectOf(step);
  if (!isBinding(binding)) return undefined;
  return step.kind === 'replace' || leadsOn(step) ? binding : undefined;
}

const addressOfStep = ({ step }: { readonly step: ReplaceStep }): Address => step.address;

/** The steps that another binding's request carries out too. */
export function tiedByCarrier(steps: readonly Step[]): Map<Address, Step[]> {
  const ofBindings = steps.filter(isOfBinding);
  const addresses = new Set(ofBindings.map(({ address }) => address));
  const tied = new Map<Address, Step[]>();
  for (const step of ofBindings) {
    const { because = '' } = step;
    if (addresses.has(because)) tied.set(because, [...(tied.get(because) ?? []), step]);
  }
  return tied;
}

export interface PlannedBindings {
  /** Bindings that exist after the replacements: put back by this or a later one, or created. */
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
      known?.[step.kind === 'delete' && !leadsOn(step) ? 'deleted' : 'staying'].push(binding);
      if (step.kind !== 'delete' && step.managed) known?.declared.push(binding);
    }
  }
  return planned;
}
