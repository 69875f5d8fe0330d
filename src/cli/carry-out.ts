// The second half of topo apply: from an accepted plan to a reported run.
import { writeFile } from 'node:fs/promises';
import { apply } from '../reconcile/apply.ts';
import type { Outcome } from '../reconcile/outcome.ts';
import type { PlanDocument, Step } from '../reconcile/plan.generated.ts';
import type { PlanSource } from '../reconcile/source.ts';
import { nameOf } from '../report/describe.ts';
import { renderRunText, runDocument, type Run } from '../report/outcomes.ts';
import { renderJson } from '../topology/json.ts';
import type { Session } from './connect.ts';
import { exit } from './exit.ts';
import { parseConsents, type ApplyFlags } from './flags.ts';
import { startProgress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** How many writes are under way at once: more than this gained nothing (docs/decisions/parallel-writes.md). */
const parallel = 64;

export async function carryOut(
  plan: PlanDocument,
  source: PlanSource,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<number> {
  if (plan.refusals.length > 0) return exit.refused;
  if (plan.steps.length > 0 && !(await agree(session, flags, terminal))) return exit.refused;
  const started = Date.now();
  const outcomes = await write(plan, session, flags, terminal);
  const unreached = outcomes.length === 0 ? [] : await readUnreached(plan, source, terminal);
  const run = { plan, outcomes, unreached, seconds: (Date.now() - started) / 1000 };
  if (flags.report !== undefined) {
    await writeFile(flags.report, `${renderJson(runDocument(run), 2)}\n`);
  }
  if (flags.format === 'json') terminal.print(renderJson(runDocument(run), 2));
  else if (outcomes.length > 0) terminal.print(renderRunText(run, terminal.paint));
  return exitOfRun(run, session, flags);
}

async function agree(session: Session, flags: ApplyFlags, terminal: Terminal): Promise<boolean> {
  if (flags.yes === true) return true;
  const answer = await terminal.ask('Apply this plan? [y/N] ', session.stop);
  if (answer === undefined) terminal.complain('without a terminal, apply needs --yes');
  return /^y(es)?$/i.test(answer ?? '');
}

async function write(
  plan: PlanDocument,
  session: Session,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<Outcome[]> {
  const total = plan.steps.filter(({ own_request }) => own_request).length;
  const progress = startProgress(terminal, 'apply', total);
  try {
    return await apply(plan, session.broker, {
      consents: parseConsents(flags),
      parallel,
      stop: session.stop,
      onOutcome: ({ step }) => progress.advance(nameOf(step, plan.vhost)),
    });
  } finally {
    progress.end();
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
  const succeeded = run.outcomes.every(({ kind }) => kind === 'succeeded');
  if (!succeeded || run.unreached?.length !== 0) return exit.partial;
  return flags.detailedExitcode === true && run.outcomes.length > 0 ? exit.changes : exit.done;
}
