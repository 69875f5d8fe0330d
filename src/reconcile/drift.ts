// What a plan saw, and what is there now: why it is stale, object by object.
import type { Address } from '../topology/address.ts';
import type { LiveObject } from '../topology/live.ts';
import { toFields } from '../topology/normal-form.ts';
import type { Fields, PlanDocument, Step } from './plan.generated.ts';

export type Drift = {
  readonly message: string;
} & (
  | {
      readonly kind: 'changed';
      readonly address: Address;
      readonly object: Step['object'];
      readonly planned: Fields;
      readonly found: Fields;
    }
  /** There was none, or none that the plan would touch. */
  | {
      readonly kind: 'new' | 'along';
      readonly address: Address;
      readonly object: Step['object'];
      readonly found: Fields;
    }
  | {
      readonly kind: 'gone';
      readonly address: Address;
      readonly object?: Step['object'];
      readonly planned?: Fields;
    }
  /** It holds more by now than may be lost. */
  | { readonly kind: 'refused'; readonly address?: Address }
  /** Another cluster, or a vhost that is not to be seen. */
  | { readonly kind: 'elsewhere' }
);

export const elsewhere = (message: string): Drift => ({ kind: 'elsewhere', message });

/** Of an object that is not as the plan saw it: undefined stands for none. */
export function driftOf(
  { address, object }: Pick<Step, 'address' | 'object'>,
  planned: Fields | undefined,
  found: Fields | undefined,
): Drift {
  const message = `${address} ${found === undefined ? 'is gone' : 'has changed'} since`;
  if (found === undefined) {
    return { kind: 'gone', message, address, object, ...(planned && { planned }) };
  }
  return planned === undefined
    ? { kind: 'new', message, address, object, found }
    : { kind: 'changed', message, address, object, planned, found };
}

/** What the broker would take along by now. */
export function goesAlong(address: Address, found: LiveObject): Drift {
  const message = `${address} would go along by now`;
  return { kind: 'along', message, address, object: found.kind, found: toFields(found) };
}

/** Between two plans of the same files: what a plan doesn't list is as it is declared. */
export function driftsBetween(before: PlanDocument, now: PlanDocument): Drift[] {
  const [was, is] = [before, now].map(byAddress) as [Steps, Steps];
  const addresses = new Set([...was.keys(), ...is.keys()]);
  return [...addresses].flatMap((address) => {
    const [old, step] = [was.get(address), is.get(address)];
    const subject = old ?? step;
    const isSame = old && step && old.before_hash === step.before_hash;
    if (subject === undefined || isSame === true) return [];
    return [driftOf(subject, old ? old.before : step?.after, step ? step.before : old?.after)];
  });
}

type Steps = ReadonlyMap<Address, Step>;

const byAddress = ({ steps }: PlanDocument): Steps =>
  new Map(steps.map((step) => [step.address, step]));
