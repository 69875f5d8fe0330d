// topo plan: what differs between the files and the broker.
import { noConsents } from '../reconcile/guard.ts';
import { fromFiles } from '../reconcile/source.ts';
import type { PlanDocument } from '../reconcile/plan.generated.ts';
import { escape } from '../report/escape.ts';
import { renderJson } from '../topology/json.ts';
import { withBroker } from './connect.ts';
import { exit } from './exit.ts';
import type { ConnectionFlags } from '../management/connection.ts';
import { selectionOf, type FileFlags, type SelectionFlags } from './flags.ts';
import { withNotice } from './notice.ts';
import { readFiles } from './read-files.ts';
import type { Terminal } from './terminal.ts';
import { readEarlier } from './unfinished.ts';
import { writeResult } from './write-file.ts';

export interface PlanFlags extends ConnectionFlags, FileFlags, SelectionFlags {
  readonly out?: string;
  readonly format: 'text' | 'json' | 'markdown';
  readonly detailedExitcode?: boolean;
}

export async function plan(
  files: readonly string[],
  flags: PlanFlags,
  terminal: Terminal,
): Promise<number> {
  const desired = await readFiles(files, flags, terminal);
  const earlier = await readEarlier();
  const planning = withBroker(flags, terminal, ({ broker, connection }) =>
    withNotice(terminal, `reading ${connection.endpoint}`, () =>
      fromFiles(desired, broker, {
        endpoint: connection.endpoint,
        selection: selectionOf(flags),
        consents: noConsents,
        earlier,
      }).read(),
    ),
  );
  const [{ plan }, render] = await Promise.all([planning, loadRenderer(flags.format, terminal)]);
  if (flags.out !== undefined) {
    await writeResult('--out', flags.out, `${renderJson(plan, 2)}\n`);
  }
  terminal.print(render(plan));
  if (flags.out !== undefined) terminal.tell(wrote(plan, escape(flags.out)));
  const changes =
    plan.steps.length > 0 || plan.unfinished.some(({ put_back }) => put_back.length > 0);
  return flags.detailedExitcode === true && changes ? exit.changes : exit.done;
}

function wrote({ steps, refusals }: PlanDocument, file: string): string {
  const mayGoOn = steps.length > 0 && refusals.length === 0;
  return `wrote ${file}${mayGoOn ? `; topo apply ${file} carries it out` : ''}`;
}

/** While the broker answers there is time to. */
async function loadRenderer(
  format: PlanFlags['format'],
  { paint }: Terminal,
): Promise<(plan: PlanDocument) => string> {
  if (format === 'json') return (plan) => renderJson(plan, 2);
  if (format === 'markdown') return (await import('../report/plan-markdown.ts')).renderPlanMarkdown;
  const { renderPlanText } = await import('../report/plan-text.ts');
  return (plan) => renderPlanText(plan, paint);
}
