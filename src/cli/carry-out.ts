// The second half of topo apply: from an accepted plan to a reported run.
import { apply } from '../reconcile/apply.ts';
import { isDone, leftBy, type Outcome } from '../reconcile/outcome.ts';
import type { PlanDocument, Step } from '../reconcile/plan.generated.ts';
import type { PlanSource } from '../reconcile/source.ts';
import { StalePlan } from '../reconcile/stale-plan.ts';
import { nameOf } from '../report/describe.ts';
import { renderRunText, runDocument, type Run } from '../report/outcomes.ts';
import type { Session } from './connect.ts';
import { exit } from './exit.ts';
import { parseConsents, type ApplyFlags } from './flags.ts';
import { Interrupted } from './interrupt.ts';
import { withNotice } from './notice.ts';
import { startProgress } from './progress.ts';
import { reportRun } from './report-run.ts';
import type { Terminal } from './terminal.ts';
import { keepUnfinished, settleUnfinished } from './unfinished.ts';

/** How many writes are under way at once: more than this gained nothing (docs/decisions/parallel-writes.md). */
const parallel = 64;

export async function carryOut(
  plan: PlanDocument,
  source: PlanSource,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<number> {
  const agreed =
    plan.refusals.length === 0 && (await agree(plan, source, session, flags, terminal));
  const run = agreed ? await runPlan(plan, source, session, flags, terminal) : notRun(plan);
  if (flags.format === 'text' && agreed && run.outcomes.length > 0) {
    terminal.print(renderRunText(run, terminal.paint));
  }
  await reportRun(runDocument(run), flags, terminal);
  return agreed ? exitOfRun(run, session, flags) : exit.refused;
}

/** Asks, unless told not to. While a person thinks, the broker may change: then the plan is stale. */
async function agree(
  plan: PlanDocument,
  source: PlanSource,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<boolean> {
  if (flags.yes === true || plan.steps.length === 0) return true;
  const answer = await ask(session, terminal);
  if (!/^y(es)?$/i.test(answer ?? '')) {
    const why = answer === undefined ? 'without a terminal, apply needs --yes' : 'declined';
    terminal.complain(`${why}: nothing was written`);
    return false;
  }
  const notice = `reading ${session.connection.endpoint} again`;
  const now = await withNotice(terminal, notice, () => source.read());
  if (now.id === plan.id && now.refusals.length === 0) return true;
  throw new StalePlan(['the broker has changed since you were asked']);
}

async function ask(session: Session, terminal: Terminal): Promise<string | undefined> {
  try {
    return await terminal.ask('Apply this plan? [y/N] ', session.stop);
  } catch (error) {
    if (session.stop.aborted) throw new Interrupted();
    // Ctrl-D.
    if ((error as Error).name === 'AbortError') return '';
    throw error;
  }
}

async function runPlan(
  plan: PlanDocument,
  source: PlanSource,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<Run> {
  const started = Date.now();
  await keepUnfinished(source.reviewed(plan));
  const outcomes = await session.letFinish(() => write(plan, session, flags, terminal));
  const notice = `reading ${session.connection.endpoint} again`;
  const again = () => readUnreached(plan, source, terminal);
  const missed = outcomes.length === 0 ? [] : await withNotice(terminal, notice, again);
  const left = leftBy(outcomes);
  const unreached = missed?.filter(({ address }) => !left.has(address));
  const kept = await settleUnfinished(plan, unreached);
  if (kept !== undefined)
    terminal.complain(`what is left of it, undeclared bindings too: topo apply ${kept}`);
  const seconds = (Date.now() - started) / 1000;
  return { plan, outcomes, unreached, seconds };
}

function notRun(plan: PlanDocument): Run {
  const outcomes = plan.steps.map((step): Outcome => ({ step, kind: 'skipped' }));
  return { plan, outcomes, unreached: plan.steps, seconds: 0 };
}

async function write(
  plan: PlanDocument,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<Outcome[]> {
  const { silent } = session.broker;
  const total = plan.steps.filter(({ own_request }) => own_request).length;
  const progress = startProgress(terminal, 'apply', total);
  try {
    return await apply(plan, session.broker, {
      consents: parseConsents(flags),
      parallel,
      stop: AbortSignal.any([session.stop, silent]),
      onStart: (step) => {
        progress.begin(step.address, `${step.kind} ${nameOf(step, plan.vhost)}`);
      },
      onOutcome: ({ step, kind }) => {
        if (kind === 'succeeded' || kind === 'failed') progress.advance(step.address);
      },
    });
  } finally {
    progress.end();
    if (silent.aborted)
      terminal.complain(`${(silent.reason as Error).message}: nothing more is begun`);
  }
}

/** What can't be read again is not known to have been reached. */
async function readUnreached(
  plan: PlanDocument,
  source: PlanSource,
  terminal: Terminal,
): Promise<readonly Step[] | undefined> {
  try {
    return await source.readUnreached(plan);
  } catch (error) {
    terminal.complain((error as Error).message);
    return undefined;
  }
}

function exitOfRun(run: Run, session: Session, flags: ApplyFlags): number {
  if (session.stop.aborted) return exit.interrupted;
  if (!run.outcomes.every(isDone) || run.unreached?.length !== 0) return exit.partial;
  return flags.detailedExitcode === true && run.outcomes.length > 0 ? exit.changes : exit.done;
}
