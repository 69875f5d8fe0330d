// Never trust a 2xx: reads the broker again to check that the steps have had their effect.
import type { Live } from '../topology/live.ts';
import { isMet, isSame } from '../topology/normal-form.ts';
import { afterOf, beforeOf, type Plan, type Step } from './step.ts';

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
 * agree; then it was so between them. If there was nothing to do, the plan itself is the first
 * reading.
 */
export async function readTwice(
  { steps }: Pick<Plan, 'steps'>,
  read: () => Promise<Found>,
): Promise<Reading> {
  const first = steps.length === 0 ? undefined : await read();
  const between = new Date();
  if (first !== undefined && first.unreached.length > 0) return { ...first, at: between };
  const second = await read();
  return { ...second, at: second.unreached.length === 0 ? between : new Date() };
}

/** Whether every object is still as planned upon. */
export function isAsBefore(steps: readonly Step[], live: Live): boolean {
  return steps.every((step) => isSame(live.objects.get(step.address), beforeOf(step)));
}

/** The steps without their effect on the broker. */
export function unreached(steps: readonly Step[], live: Live): Step[] {
  return steps.filter((step) => !isMet(live.objects.get(step.address), afterOf(step)));
}
