// topo apply: makes the broker match the files, or carries a saved plan out.
import { fromFiles, fromSaved, type PlanSource } from '../reconcile/source.ts';
import { renderPlanText } from '../report/plan-text.ts';
import { carryOut } from './carry-out.ts';
import { withBroker, type Session } from './connect.ts';
import { parseConsents, selectionOf, type ApplyFlags } from './flags.ts';
import { withNotice } from './progress.ts';
import { readFiles } from './read-files.ts';
import { readSavedPlan } from './read-plan.ts';
import type { Terminal } from './terminal.ts';

export async function apply(
  files: readonly string[],
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<number> {
  const sourceFor = await readSource(files, flags, terminal);
  return withBroker(
    flags,
    terminal,
    async (session) => {
      const source = sourceFor(session);
      const notice = `reading ${session.connection.endpoint}`;
      const plan = await withNotice(terminal, notice, () => source.read());
      if (flags.format === 'text') terminal.print(renderPlanText(plan, terminal.paint));
      return carryOut(plan, source, session, flags, terminal);
    },
    { graceful: true },
  );
}

/** Everything that can be wrong with the input is found before the broker is asked. */
async function readSource(
  files: readonly string[],
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<(session: Session) => PlanSource> {
  const consents = parseConsents(flags);
  const saved = await readSavedPlan(files);
  if (saved) return ({ broker }) => fromSaved(saved, broker, consents);
  const desired = await readFiles(files, flags, terminal);
  const selection = selectionOf(flags);
  return ({ broker, connection: { endpoint } }) =>
    fromFiles(desired, broker, { endpoint, selection, consents });
}
