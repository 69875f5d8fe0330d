// Never trust a 2xx: whether the broker, read again, is as the steps should have left it.
import type { Live } from '../topology/live.ts';
import { isSame } from '../topology/normal-form.ts';
import { afterOf, beforeOf, type Plan, type Step } from './step.ts';

/** The steps whose end the broker has not reached, as it was at a moment. */
export interface Reading extends Found {
  readonly at: Date;
}

interface Found {
  readonly unreached: readonly Step[];
  readonly live: Live;
}

/**
 * A reading is several lists, each of a moment of its own: what others make or delete meanwhile may be in the one, and not in the other. So
 * nothing is taken as reached that two readings do not agree upon; then it was so between them. Where there was nothing to do, the
 * plan itself is the first of the two.
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

/** Whether every object is as the steps were planned upon. */
export function isAsBefore(steps: readonly Step[], live: Live): boolean {
  return steps.every((step) => isSame(live.objects.get(step.address), beforeOf(step)));
}

/** The steps whose end the broker has not reached. */
export function unreached(steps: readonly Step[], live: Live): Step[] {
  return steps.filter((step) => !isSame(live.objects.get(step.address), afterOf(step)));
}
