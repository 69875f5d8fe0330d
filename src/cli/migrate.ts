// topo migrate: makes the classic queues of topology files quorum queues, and says what is
// different. topo plan and topo apply do the rest.
import type { ConnectionFlags } from '../connection/connection.ts';
import { escape } from '../report/escape.ts';
import { renderMigration, renderMigrationJson } from '../report/migrate.ts';
import { agree } from './agree.ts';
import { assertOnlyRetyped } from './assert-only-retyped.ts';
import { exit } from './exit.ts';
import { wrongFlag, type FileFlags } from './flags.ts';
import { withInterrupts } from './interrupt.ts';
import { planMigration } from './plan-migration.ts';
import { readFiles } from './read-files.ts';
import { tellWarnings } from './read-live.ts';
import { readWitness } from './read-witness.ts';
import type { Terminal } from './terminal.ts';
import { assertWritable, rewriteFile } from './write-file.ts';

export interface MigrateFlags extends ConnectionFlags, FileFlags {
  readonly to: string;
  readonly match: readonly string[];
  readonly offline?: boolean;
  readonly yes?: boolean;
  readonly format: 'text' | 'json';
}

export async function migrate(
  files: readonly string[],
  flags: MigrateFlags,
  terminal: Terminal,
): Promise<number> {
  assertPossible(files, flags);
  const desired = await readFiles(files, flags, terminal);
  const asked = flags.offline === true ? undefined : await readWitness(desired, flags, terminal);
  const report = planMigration(desired, asked, flags.match);
  const changed = report.files.filter(({ before, after }) => before !== after);
  const edited = new Map(changed.map(({ file, after }) => [file, after]));
  const reread = await readFiles(files, flags, terminal, { edited });
  assertOnlyRetyped(desired, reread, new Set(report.going));
  tellWarnings(reread.warnings, terminal);
  const isText = flags.format === 'text';
  if (isText) terminal.print(renderMigration(report, terminal.paint));
  const isAgreed = changed.length === 0 || (await mayWrite(flags, terminal));
  if (isAgreed) await writeAll(edited, terminal);
  if (!isText) terminal.print(renderMigrationJson(report, isAgreed && changed.length > 0));
  return isAgreed ? exit.done : exit.refused;
}

function assertPossible(files: readonly string[], { to }: MigrateFlags): void {
  if (to !== 'quorum')
    throw wrongFlag(
      `topo migrates to quorum queues only, not to ${to}`,
      'change x-queue-type in the file, then topo plan and topo apply',
    );
  if (files.includes('-'))
    throw wrongFlag("migrate changes files: it can't change stdin", 'name the file');
}

async function mayWrite(flags: MigrateFlags, terminal: Terminal): Promise<boolean> {
  const notice = (line: string): void => {
    terminal.complain(line);
  };
  return withInterrupts(
    (interrupts) => agree('Write this?', interrupts, { verb: 'migrate', yes: flags.yes }, terminal),
    { graceful: false, notice },
  );
}

/** All of them or, as far as that can be told beforehand, none. */
async function writeAll(edited: ReadonlyMap<string, string>, terminal: Terminal): Promise<void> {
  const flag = 'the topology file';
  for (const file of edited.keys()) await assertWritable(flag, file);
  for (const [file, text] of edited) {
    await rewriteFile(flag, file, text);
    terminal.tell(`wrote ${escape(file)}; topo plan shows what that changes`);
  }
}
