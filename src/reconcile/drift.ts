// Tells, object by object, how the broker differs from what a plan saw, and makes the plan stale.
import type { Address } from '../topology/address.ts';
import type { LiveObject } from '../topology/live.ts';
import { isSame } from '../topology/normal-form.ts';
import type { TopologyObject } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
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
  /** The plan saw no such object, or none that it would touch. */
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
  /** It now holds more than may be lost. */
  | { readonly kind: 'refused'; readonly address?: Address }
  /** Another cluster, or a vhost that is no longer visible. */
  | { readonly kind: 'elsewhere' }
  /** Another plan than the one that was asked for. */
  | { readonly kind: 'unexpected' }
);

/** The broker is no longer as the plan found it. Nothing was written. */
export class StalePlan extends ExpectedError {
  readonly drifts: readonly Drift[];

  constructor(drifts: readonly Drift[]) {
    const more = drifts.length > 5 ? `; and ${drifts.length - 5} more` : '';
    const first = drifts.slice(0, 5).map(({ message }) => message);
    super(`the plan is stale: ${first.join('; ')}${more}`, {
      hint: 'nothing was written; plan again',
    });
    this.drifts = drifts;
  }
}

export const elsewhere = (message: string): Drift => ({ kind: 'elsewhere', message });

/** Throws StalePlan if the plan is not the one that was reviewed. */
export function assertExpected({ id }: Pick<Plan, 'id'>, expected: string | undefined): void {
  if (expected === undefined || id === expected) return;
  const message = `the plan made now is ${id}, not ${expected} as expected`;
  throw new StalePlan([{ kind: 'unexpected', message }]);
}

/** Compares an object with what the plan saw; undefined stands for no object. */
export function driftOf(
  address: Address,
  planned: TopologyObject | undefined,
  found: TopologyObject | undefined,
): Drift {
  const message = `${address} ${found === undefined ? 'has gone' : 'has changed'} since`;
  if (found === undefined) return { kind: 'gone', message, address, ...(planned && { planned }) };
  return planned === undefined
    ? { kind: 'new', message, address, found }
    : { kind: 'changed', message, address, planned, found };
}

/** An object that the broker would now delete along with another. */
export function goesAlong(address: Address, found: LiveObject): Drift {
  const message = `${address} would now go along`;
  return { kind: 'along', message, address, found };
}

/** Compares two plans of the same files: an object that a plan doesn't list is as declared. */
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
