// The second half of topo apply: from an accepted plan to a reported run.
import { userOf } from '../connection/credentials.ts';
import { apply } from '../reconcile/apply.ts';
import type { Consents } from '../reconcile/consents.ts';
import type { Health } from '../reconcile/cluster.ts';
import { doubtsBetween, type Doubt } from '../reconcile/doubts.ts';
import {
  isConfirmed,
  isDone,
  isNothingWritten,
  isStale,
  leftBy,
  vhostsTakenFrom,
  type Outcome,
} from '../reconcile/outcome.ts';
import { isSettled, owedBy, withoutDeleted, type Owed } from '../reconcile/owed.ts';
import { parkingIn, type Kept } from '../reconcile/record.ts';
import type { PlanSource } from '../reconcile/source.ts';
import { assertMayWrite, needsTag } from '../reconcile/tags.ts';
import { hasOwnRequest, objectOf, type Plan, type Step } from '../reconcile/step.ts';
import type { Unfinished } from '../reconcile/unfinished.ts';
import { isAsBefore, type Reading } from '../reconcile/verify.ts';
import { nameOf } from '../report/describe.ts';
import { isSameThere, renderRunText, runDocument, type Run } from '../report/outcomes.ts';
import type { Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import { agreeOn, consentsTo } from './agree-on.ts';
import type { Session } from './connect.ts';
import { exit } from './exit.ts';
import { exitOfStop } from './interrupt.ts';
import { parseDrainTimeout, parseParallelism, type ApplyFlags } from './apply-flags.ts';
import { deleteLeft } from './left-behind.ts';
import { tellUnlocked, unlock } from './lock.ts';
import { aboutReading, withNotice } from './notice.ts';
import { startProgress } from './progress.ts';
import { tellWarnings } from './read-live.ts';
import { reportRun } from './report-run.ts';
import type { Terminal } from './terminal.ts';
import { forgetOrTell, keepUnfinished } from './unfinished.ts';
import { readNodes } from './verify-nodes.ts';

/** A plan, once everything that was taken away is back. Not `agreed`: don't write. */
export interface Settled {
  readonly plan: Plan;
  /** What earlier runs left when the plan was read. */
  readonly unfinished: Unfinished;
  /** The cluster when the plan was read. */
  readonly health: Health;
  /** The endpoints of the nodes to read through afterwards. */
  readonly nodes?: readonly string[];
  /** The addresses of what was put back first. */
  readonly putBack: readonly Address[];
  readonly agreed: boolean;
}

export async function carryOut(
  settled: Settled,
  source: PlanSource,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<number> {
  const { plan } = settled;
  const isAllowed = plan.refusals.length === 0;
  if (isAllowed && needsTag(plan.steps))
    assertMayWrite(plan.steps, userOf(session.connection), await session.broker.readTags());
  const left = isAllowed ? await agreeOn(settled, source, session, flags, terminal) : undefined;
  if (left === undefined) return reportNotRun(settled, flags, terminal);
  await deleteLeft(left, session, terminal);
  const run = await runPlan(settled, source, session, flags, terminal);
  if (flags.format === 'text') terminal.print(renderRunText(run, terminal.paint));
  return reportRun(runDocument(run), exitOfRun(run, session, flags), flags, terminal);
}

export async function reportNotRun(
  settled: Settled,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<number> {
  return reportRun(runDocument(notRun(settled)), exit.refused, flags, terminal);
}

async function runPlan(
  { plan, putBack, health, nodes }: Settled,
  source: PlanSource,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<Run> {
  const started = Date.now();
  const consents = consentsTo(plan, source, flags);
  if (plan.steps.length > 0) tellUnlocked(session, terminal);
  const kept = await keepUnfinished(plan, session, terminal);
  const ready = { plan, kept, consents };
  const outcomes = await session.letFinish(() => write(ready, session, flags, terminal));
  const notice = aboutReading(session.connection, ' again');
  const again = () => readAgain({ plan, kept, outcomes }, source, session, terminal);
  const reading = await withNotice(terminal, notice, again);
  // A broker that is silent would only be waited for once more.
  const doubts = reading === undefined ? [] : await readDoubts(health, session, terminal);
  await unlock(session, terminal);
  if (plan.steps.length > 0) tellUnlocked(session, terminal);
  const seconds = (Date.now() - started) / 1000;
  const isNothing = isNothingWritten(outcomes) ?? (reading && isAsBefore(plan.steps, reading.live));
  const isUntouched = outcomes.length > 0 && isNothing === true;
  const { unreached, at: readAt } = reading ?? {};
  const seen = nodes && { nodes: await readNodes(nodes, source, session) };
  return { plan, putBack, outcomes, ...seen, doubts, unreached, readAt, seconds, isUntouched };
}

/** What the broker acknowledged may not last, if the cluster came apart meanwhile. */
async function readDoubts(
  before: Health,
  { broker }: Session,
  terminal: Terminal,
): Promise<readonly Doubt[]> {
  try {
    return doubtsBetween(before, await broker.readHealth());
  } catch (error) {
    terminal.complain((error as Error).message);
    return [];
  }
}

function notRun({ plan, putBack }: Settled): Run {
  const outcomes = plan.steps.map((step): Outcome => ({ step, kind: 'skipped' }));
  const rest = {
    doubts: [],
    unreached: plan.steps,
    readAt: undefined,
    seconds: 0,
    isUntouched: true,
  };
  return { plan, putBack, outcomes, ...rest };
}

interface Ready {
  readonly plan: Plan;
  readonly kept: readonly Kept[];
  readonly consents: Consents;
}

async function write(
  { plan, kept, consents }: Ready,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<Outcome[]> {
  const { silent, locks } = session.broker;
  const known = new Set(plan.warnings.map(({ message }) => message));
  const total = plan.steps.filter(hasOwnRequest).length;
  const progress = startProgress(terminal, 'apply', total);
  try {
    return await apply(plan, session.broker, {
      consents,
      parallel: parseParallelism(flags),
      drainTimeout: parseDrainTimeout(flags),
      parking: parkingIn(kept),
      self: userOf(session.connection),
      stop: AbortSignal.any([session.stop, silent, locks.lost]),
      beforeStep: () => locks.assertHeld(),
      onStart: (step) => {
        progress.begin(step.address, `${step.kind} ${nameOf(objectOf(step), plan.vhost)}`);
      },
      onOutcome: ({ step, kind }) => {
        if (kind === 'succeeded' || kind === 'failed') progress.advance(step.address);
      },
      onMoved: (step, messages) => {
        const name = nameOf(objectOf(step), plan.vhost);
        progress.begin(step.address, `${step.kind} ${name}: ${plural(messages, 'message')} moved`);
      },
    });
  } finally {
    progress.end();
    for (const { aborted, reason } of [silent, locks.lost])
      if (aborted) terminal.complain(`${(reason as Error).message}: starting nothing more`);
    const doubts = session.broker.doubts().filter(({ message }) => !known.has(message));
    tellWarnings(doubts, terminal);
  }
}

interface Ran {
  readonly plan: Plan;
  readonly kept: readonly Kept[];
  readonly outcomes: readonly Outcome[];
}

/** What can't be read again may not have been reached. */
async function readAgain(
  { plan, kept, outcomes }: Ran,
  source: PlanSource,
  { broker }: Session,
  terminal: Terminal,
): Promise<Reading | undefined> {
  try {
    const reading = await source.readAgain(outcomes.every(isConfirmed));
    const { live } = reading;
    const left = leftBy(outcomes);
    const unreached = reading.unreached.filter(({ address }) => !left.has(address));
    const taken = vhostsTakenFrom(outcomes);
    const owed = kept.map((one) => owedBy(withoutDeleted(one, outcomes), live));
    // What is missing, and was not taken by this run, is in the hands of another.
    const open = owed.filter((one) => !isSettled(one) && taken.has(one.kept.record.vhost));
    for (const one of owed.filter((each) => !open.includes(each)))
      await forgetOrTell(one.kept, broker, terminal);
    const away = new Set(open.flatMap(addressesOf).filter((address) => !has(unreached, address)));
    if (open.length > 0) terminal.complain(leftOver);
    const more = plan.steps.filter(({ address }) => away.has(address));
    return { ...reading, unreached: [...unreached, ...more] };
  } catch (error) {
    terminal.complain(`the broker was not read again: ${(error as Error).message}`);
    if (kept.length > 0) terminal.complain(leftOver);
    return undefined;
  }
}

const leftOver =
  'what was taken away and not put back is on record: the next topo apply puts it back first';

const has = (steps: readonly Step[], wanted: Address): boolean =>
  steps.some(({ address }) => address === wanted);

const addressesOf = ({ replaced, carried, bindings, lost }: Owed): Address[] => [
  ...[...replaced, ...carried].map(({ after }) => addressOf(after)),
  ...[...bindings, ...lost].map(addressOf),
];

function exitOfRun(run: Run, session: Session, flags: ApplyFlags): number {
  if (session.stop.aborted) return exitOfStop(session.stop);
  if (isStale(run.outcomes)) return exit.stale;
  const isAllDone = run.outcomes.every(isDone);
  if (!isAllDone && run.isUntouched)
    return session.broker.locks.lost.aborted ? exit.refused : exitOfNothing(run.outcomes);
  if (!isAllDone || run.unreached?.length !== 0 || run.doubts.length > 0) return exit.partial;
  if (run.nodes?.every(isSameThere) === false) return exit.partial;
  return flags.detailedExitcode === true && run.outcomes.length > 0 ? exit.changes : exit.done;
}

/** If the guards' last looks forbade every step, end as if they had refused the plan. */
function exitOfNothing(outcomes: readonly Outcome[]): number {
  const failed = outcomes.filter((one) => one.kind === 'failed');
  const isForbidden = failed.length > 0 && failed.every(({ forbidden }) => forbidden === true);
  return isForbidden ? exit.refused : exit.error;
}
