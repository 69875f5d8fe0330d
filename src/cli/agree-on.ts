// Asks for consent to a plan, then takes the lock and plans again.
import type { Consents } from '../reconcile/consents.ts';
import { driftsBetween, elsewhere, StalePlan, type Drift } from '../reconcile/drift.ts';
import { fixConsents, guard } from '../reconcile/guard.ts';
import type { Refusal } from '../reconcile/plan.generated.ts';
import type { PlanSource } from '../reconcile/source.ts';
import type { Plan } from '../reconcile/step.ts';
import { isAnythingLeft, isAnythingOpen, type Unfinished } from '../reconcile/unfinished.ts';
import { agree } from './agree.ts';
import type { ApplyFlags } from './apply-flags.ts';
import type { Session } from './connect.ts';
import { parseConsents } from './consent-flags.ts';
import { lock } from './lock.ts';
import { aboutReading, withNotice } from './notice.ts';
import type { Terminal } from './terminal.ts';

/**
 * Returns what earlier runs have left by then, or undefined if the plan is declined. The broker may
 * change while a person thinks, or another run writes: then throws StalePlan.
 */
export async function agreeOn(
  { plan, unfinished }: { readonly plan: Plan; readonly unfinished: Unfinished },
  source: PlanSource,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<Unfinished | undefined> {
  const isAnything = plan.steps.length > 0;
  // A record that is settled may be that of a run that is about to begin.
  if (flags.yes === true || !(isAnything || isAnythingLeft(unfinished))) return unfinished;
  const question = plan.destroy ? 'Delete all this?' : 'Apply this plan?';
  if (isAnything && !(await agree(question, session, flags, terminal))) return undefined;
  await lock(source, session, flags);
  const notice = aboutReading(session.connection, ' again');
  const { plan: now, unfinished: left } = await withNotice(terminal, notice, () => source.read());
  const beyond = guard(now, consentsTo(plan, source, flags));
  const isSame = now.id === plan.id && now.refusals.length + beyond.length === 0;
  if (isSame && !isAnythingOpen(left)) return left;
  throw new StalePlan(driftsSinceAsked(plan, now, beyond));
}

function driftsSinceAsked(plan: Plan, now: Plan, beyond: readonly Refusal[]): Drift[] {
  const refused = beyond.map(({ address, reason }): Drift => {
    const about = address === undefined ? '' : `${address}: `;
    return { kind: 'refused', ...(address && { address }), message: `${about}${reason}` };
  });
  const drifts = [...refused, ...driftsBetween(plan, now)];
  return drifts.length > 0 ? drifts : [elsewhere('the broker has changed since you were asked')];
}

/** Consents to what the plan showed, in numbers. */
export function consentsTo(plan: Plan, source: PlanSource, flags: ApplyFlags): Consents {
  return fixConsents(parseConsents(flags), source.reviewed(plan).steps);
}
