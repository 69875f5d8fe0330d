// topo plan: shows what differs between the files and the broker.
import type { ConnectionFlags } from '../connection/connection.ts';
import { noConsents } from '../reconcile/consents.ts';
import { toDocument } from '../reconcile/plan-document.ts';
import { fromFiles } from '../reconcile/source.ts';
import type { Plan } from '../reconcile/step.ts';
import type { Earlier } from '../reconcile/unfinished.ts';
import { escape } from '../report/escape.ts';
import type { Desired } from '../topology/desired.ts';
import { renderJson } from '../topology/json.ts';
import type { Session } from './connect.ts';
import { withInput } from './early.ts';
import { connectionOf } from './environment-endpoint.ts';
import { exit } from './exit.ts';
import {
  selectionOf,
  wrongFlag,
  type FileFlags,
  type SecretsFlags,
  type SelectionFlags,
} from './flags.ts';
import { tellOthers } from './lock.ts';
import { aboutReading, withNotice } from './notice.ts';
import { openSecrets, withPasswordFiles } from './passwords.ts';
import { readDestroyed, readFiles } from './read-files.ts';
import { loadRenderer, type PlanFormat } from './render-plan.ts';
import type { Terminal } from './terminal.ts';
import { readEarlier } from './unfinished.ts';
import { writeResult } from './write-file.ts';

export interface PlanFlags extends ConnectionFlags, FileFlags, SelectionFlags, SecretsFlags {
  readonly out?: string;
  readonly format: PlanFormat;
  readonly detailedExitcode?: boolean;
  readonly was: readonly string[];
  readonly failOnRefused?: boolean;
  readonly destroy?: boolean;
}

export async function plan(
  files: readonly string[],
  flags: PlanFlags,
  terminal: Terminal,
): Promise<number> {
  const input = inputOf(files, flags, terminal);
  const readPlan = async (session: Session, { desired, was, earlier }: Input) => {
    const { broker, connection } = session;
    const { endpoint } = connection;
    const options = { endpoint, selection: selectionOf(flags), consents: noConsents, earlier };
    const source = fromFiles(desired, broker, options, was);
    const found = await withNotice(terminal, aboutReading(connection), () => source.read());
    await tellOthers(session, terminal);
    return found;
  };
  const planning = withInput(files, flags, terminal, input, readPlan);
  // Loads while the broker answers.
  const [{ plan }, render] = await Promise.all([planning, loadRenderer(flags.format, terminal)]);
  if (flags.out !== undefined) {
    await writeResult('--out', flags.out, `${renderJson(toDocument(plan), 2)}\n`);
  }
  terminal.print(render(plan));
  if (flags.out !== undefined) terminal.tell(wrote(plan, escape(flags.out)));
  return exitOf(plan, flags);
}

interface Input {
  readonly desired: Desired;
  readonly was: Desired | undefined;
  readonly earlier: Earlier;
}

function inputOf(files: readonly string[], flags: PlanFlags, terminal: Terminal) {
  return {
    async read(): Promise<Input> {
      const read = flags.destroy ? readDestroyed : readFiles;
      const given = await read(files, flags, terminal);
      const desired = await withPasswordFiles(given, await openSecrets(flags));
      const isAlone = flags.was.length === 0;
      const was = isAlone ? undefined : await readFormerFiles(files, flags, terminal);
      return { desired, was, earlier: await readEarlier() };
    },
    connectionFor: ({ desired }: Input) => connectionOf(flags, desired),
  };
}

/** Reads them as a topology of their own, with the same variables. */
async function readFormerFiles(
  files: readonly string[],
  flags: PlanFlags,
  terminal: Terminal,
): Promise<Desired> {
  if (files.includes('-') && flags.was.includes('-')) {
    throw wrongFlag('stdin is given both as a file and to --was', 'save one of them as a file');
  }
  const was = await readFiles(flags.was, flags, terminal, { formerOf: files });
  if (was.objects.size > 0 || was.scopes.length > 0) return was;
  const message = `--was ${flags.was.join(' --was ')} declares and owns nothing`;
  throw wrongFlag(message, 'check where it comes from: a git show that fails leaves it empty');
}

function wrote({ steps, refusals }: Plan, file: string): string {
  const mayGoOn = steps.length > 0 && refusals.length === 0;
  return `wrote ${file}${mayGoOn ? `; topo apply ${file} carries it out` : ''}`;
}

/** The exit code that a pipeline asked for. */
function exitOf(plan: Plan, flags: PlanFlags): number {
  const { steps, refusals, unfinished } = plan;
  if (flags.failOnRefused === true && refusals.length > 0) return exit.refused;
  const isAnything =
    steps.length > 0 || refusals.length > 0 || unfinished.some((one) => one.put_back.length > 0);
  return flags.detailedExitcode === true && isAnything ? exit.changes : exit.done;
}
