// What a plan saw, and what is there now: why it is stale, object by object.
import type { Address } from '../topology/address.ts';
import type { LiveObject } from '../topology/live.ts';
import { isSame } from '../topology/normal-form.ts';
import type { TopologyObject } from '../topology/object.ts';
import { afterOf, beforeOf, type Plan, type Step } from './step.ts';

export type Drift = {
  readonly message: string;
} & (
  | {
      readonly kind: 'changed';
      readonly address: Address;
      readonly planned: TopologyObject;
      readonly found: TopologyObject;
    }
  /** There was none, or none that the plan would touch. */
  | {
      readonly kind: 'new' | 'along';
      readonly address: Address;
      readonly found: TopologyObject;
    }
  | {
      readonly kind: 'gone';
      readonly address: Address;
      readonly planned?: TopologyObject;
    }
  /** It holds more by now than may be lost. */
  | { readonly kind: 'refused'; readonly address?: Address }
  /** Another cluster, or a vhost that is not to be seen. */
  | { readonly kind: 'elsewhere' }
);

export const elsewhere = (message: string): Drift => ({ kind: 'elsewhere', message });

/** Of an object that is not as the plan saw it: undefined stands for none. */
export function driftOf(
  address: Address,
  planned: TopologyObject | undefined,
  found: TopologyObject | undefined,
): Drift {
  const message = `${address} ${found === undefined ? 'is gone' : 'has changed'} since`;
  if (found === undefined) return { kind: 'gone', message, address, ...(planned && { planned }) };
  return planned === undefined
    ? { kind: 'new', message, address, found }
    : { kind: 'changed', message, address, planned, found };
}

/** What the broker would take along by now. */
export function goesAlong(address: Address, found: LiveObject): Drift {
  const message = `${address} would go along by now`;
  return { kind: 'along', message, address, found };
}

/** Between two plans of the same files: what a plan doesn't list is as it is declared. */
export function driftsBetween(before: Plan, now: Plan): Drift[] {
  const [was, is] = [before, now].map(byAddress) as [Steps, Steps];
  const addresses = new Set([...was.keys(), ...is.keys()]);
  return [...addresses].flatMap((address) => {
    const [old, step] = [was.get(address), is.get(address)];
    if (old && step && isSame(beforeOf(old), beforeOf(step))) return [];
    const planned = old ? beforeOf(old) : step && afterOf(step);
    const found = step ? beforeOf(step) : old && afterOf(old);
    return [driftOf(address, planned, found)];
  });
}

type Steps = ReadonlyMap<Address, Step>;

const byAddress = ({ steps }: Plan): Steps => new Map(steps.map((step) => [step.address, step]));
