// Where a plan to apply comes from, and how to see afterwards what is left of it.
import type { Desired } from '../topology/desired.ts';
import type { Live, LiveQueue } from '../topology/live.ts';
import type { Reader } from './broker.ts';
import { guard, type Consents } from './guard.ts';
import { ownershipCodes } from './ownership.ts';
import { makePlan, withDepths, type PlanOptions } from './plan.ts';
import type { PlanDocument, Step } from './plan.generated.ts';
import { resume } from './resume.ts';
import { unreached } from './verify.ts';

export interface PlanSource {
  read(): Promise<PlanDocument>;
  /** Reads the broker again: the steps that it still lacks. */
  readUnreached(plan: PlanDocument): Promise<readonly Step[]>;
}

/** Plans anew from the files, and after apply once more. */
export function fromFiles(desired: Desired, reader: Reader, options: PlanOptions): PlanSource {
  return {
    read: () => makePlan(desired, reader, options),
    readUnreached: async () => (await makePlan(desired, reader, options)).steps,
  };
}

/** Carries on with a saved plan: guards look anew, steps already done are left out. Throws StalePlan. */
export function fromSaved(saved: PlanDocument, reader: Reader, consents: Consents): PlanSource {
  const readLive = (): Promise<Live> => reader.readLive(new Set(vhostsOf(saved)));
  return {
    read: async () => {
      const live = await readLive();
      const plan = resume(saved, live);
      const depths = await reader.readDepths(queuesOf(plan.steps, live));
      return guardAgain({ ...plan, steps: withDepths(plan.steps, depths) }, consents);
    },
    readUnreached: async (plan) => unreached(plan.steps, await readLive()),
  };
}

function vhostsOf({ steps }: PlanDocument): string[] {
  return steps.flatMap(({ before, after }) => (after ?? before)?.vhost ?? []);
}

function queuesOf(steps: readonly Step[], live: Live): LiveQueue[] {
  return steps.flatMap(({ kind, address }) => {
    const object = live.objects.get(address);
    return kind !== 'create' && object?.kind === 'queue' ? [object] : [];
  });
}

function guardAgain(plan: PlanDocument, consents: Consents): PlanDocument {
  const lasting = plan.refusals.filter(({ code }) => ownershipCodes.has(code));
  const refusals = [...lasting, ...guard(plan, consents)];
  return { ...plan, refusals, summary: { ...plan.summary, refused: refusals.length } };
}
