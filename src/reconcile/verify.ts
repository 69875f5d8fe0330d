// Never trust a 2xx: reads the broker again to check that the steps have had their effect.
import { endsOf, type Address } from '../topology/address.ts';
import type { Live } from '../topology/live.ts';
import { isMet, isSame } from '../topology/normal-form.ts';
import { isBinding } from '../topology/object.ts';
import { afterOf, beforeOf, type Step } from './step.ts';

/** The steps without their effect on the broker at a given moment. */
export interface Reading extends Found {
  readonly at: Date;
}

interface Found {
  readonly unreached: readonly Step[];
  readonly live: Live;
}

/**
 * A reading consists of several lists, each of its own moment: what others create or delete
 * meanwhile may be in one but not in another. So an object counts as done only if two readings
 * agree; then it was so between them. The plan is the first reading of what it left alone, and so
 * is the broker's answer to a step: `isConfirmed` says that every step has one. A second reading
 * is left out then, unless the lists of this one disagree.
 */
export async function readUntilSure(
  isConfirmed: boolean,
  read: () => Promise<Found>,
): Promise<Reading> {
  const before = new Date();
  const first = await read();
  const between = new Date();
  if (first.unreached.length > 0) return { ...first, at: between };
  if (isConfirmed && !isTorn(first.live)) return { ...first, at: before };
  const second = await read();
  return { ...second, at: second.unreached.length === 0 ? between : new Date() };
}

/** Whether a binding was listed without one of its ends. */
function isTorn({ objects }: Live): boolean {
  const isThere = (end: Address): boolean => objects.has(end);
  for (const object of objects.values()) {
    if (isBinding(object) && !Object.values(endsOf(object)).every(isThere)) return true;
  }
  return false;
}

/** Whether every object is still as planned upon. */
export function isAsBefore(steps: readonly Step[], live: Live): boolean {
  return steps.every((step) => isSame(live.objects.get(step.address), beforeOf(step)));
}

/** The steps without their effect on the broker. */
export function unreached(steps: readonly Step[], live: Live): Step[] {
  return steps.filter((step) => !isMet(live.objects.get(step.address), afterOf(step)));
}
