// topo validate: runs every check that needs no broker.
import { assertExpectedVhosts } from '../reconcile/expected.ts';
import { summarizeDesired } from '../report/desired.ts';
import { renderWarnings } from '../report/problems.ts';
import type { Doubt } from '../topology/desired.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
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
  assertExpectedVhosts(desired);
  const doubts = desired.doubts.filter(({ isExported }) => !isExported);
  if (doubts.length > 0) throw new InvalidInput(problemsOf(doubts), desired.sources);
  const exported = desired.doubts.filter(({ isExported }) => isExported);
  const warnings = [...desired.warnings, ...problemsOf(exported)];
  if (warnings.length > 0) {
    terminal.complain(renderWarnings({ ...desired, warnings }, terminal.errorPaint));
  }
  terminal.print(summarizeDesired(desired));
  return exit.done;
}

const problemsOf = (doubts: readonly Doubt[]): Problem[] => doubts.map(({ problem }) => problem);
