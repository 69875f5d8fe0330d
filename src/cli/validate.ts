// topo validate: every check that needs no broker.
import { summarizeDesired } from '../report/desired.ts';
import { renderWarnings } from '../report/problems.ts';
import { InvalidInput } from '../topology/problem.ts';
import { exit } from './exit.ts';
import type { FileFlags } from './flags.ts';
import { readFiles } from './read-files.ts';
import type { Terminal } from './terminal.ts';

export async function validate(
  files: readonly string[],
  flags: FileFlags,
  terminal: Terminal,
): Promise<number> {
  const desired = await readFiles(files, flags, terminal);
  const doubts = desired.doubts.map(({ problem }) => problem);
  if (doubts.length > 0) throw new InvalidInput(doubts, desired.sources);
  if (desired.warnings.length > 0) {
    terminal.complain(renderWarnings(desired, terminal.errorPaint));
  }
  terminal.print(summarizeDesired(desired));
  return exit.done;
}
