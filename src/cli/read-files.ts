// The topology files of a command.
import { readTopology } from '../file/read-topology.ts';
import type { Desired } from '../topology/desired.ts';
import { wrongFlag, type FileFlags } from './flags.ts';
import { isSavedPlan } from './read-plan.ts';
import type { Terminal } from './terminal.ts';

export async function readFiles(
  files: readonly string[],
  flags: FileFlags,
  terminal: Terminal,
): Promise<Desired> {
  for (const file of files) {
    if (!(await isSavedPlan(file))) continue;
    throw wrongFlag(`${file} is a saved plan, not a topology file`, `topo apply ${file}`);
  }
  const settings = { vars: flags.var, varFiles: flags.varFile, env: terminal.env };
  return readTopology(files.length === 0 ? ['topology.yaml'] : files, settings);
}
