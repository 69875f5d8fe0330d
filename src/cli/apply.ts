// topo apply: makes the broker match the files, or carries out a saved plan.
import { fromFiles, fromSaved, type PlanSource } from '../reconcile/source.ts';
import { carryOut, reportNotRun } from './carry-out.ts';
import { withBroker, type Session } from './connect.ts';
import { parseConsents, selectionOf, wrongFlag, type ApplyFlags } from './flags.ts';
import { readSettled } from './put-back.ts';
import { readFiles } from './read-files.ts';
import { readSavedPlan } from './read-plan.ts';
import { reportingErrors } from './report-run.ts';
import type { Terminal } from './terminal.ts';
import { readEarlier } from './unfinished.ts';
import { assertWritable } from './write-file.ts';

export async function apply(
  files: readonly string[],
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<number> {
  if (flags.report !== undefined) await assertWritable('--report', flags.report);
  return reportingErrors(flags, terminal, () => applyFiles(files, flags, terminal));
}

async function applyFiles(
  files: readonly string[],
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<number> {
  const sourceFor = await readSource(files, flags, terminal);
  return withBroker(flags, terminal, async (session) => {
    const source = sourceFor(session);
    const settled = await readSettled(source, session, flags, terminal);
    if (!settled.agreed) return reportNotRun(settled, flags, terminal);
    return carryOut(settled, source, session, flags, terminal);
  });
}

/** Finds everything wrong with the input before asking the broker. */
async function readSource(
  files: readonly string[],
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<(session: Session) => PlanSource> {
  const consents = parseConsents(flags);
  const saved = await readSavedPlan(files);
  const earlier = await readEarlier(flags.giveUp);
  if (saved) {
    forbidChoosing(flags);
    return ({ broker, connection: { endpoint } }) =>
      fromSaved(saved, broker, { endpoint, consents, earlier });
  }
  const desired = await readFiles(files, flags, terminal);
  const selection = selectionOf(flags);
  return ({ broker, connection: { endpoint } }) =>
    fromFiles(desired, broker, { endpoint, selection, consents, earlier });
}

/** A saved plan is carried out whole, as it was reviewed. */
function forbidChoosing({ only, target, var: vars, varFile, allowEnv }: ApplyFlags): void {
  if (only === undefined && [...target, ...vars, ...varFile, ...allowEnv].length === 0) return;
  throw wrongFlag(
    'a saved plan is carried out as it is, without --only, --target, --var, --var-file or --allow-env',
    'give them to topo plan --out',
  );
}
