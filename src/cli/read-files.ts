// The topology files of a command.
import { readTopology } from '../file/read-topology.ts';
import type { Desired } from '../topology/desired.ts';
import type { FileFlags } from './flags.ts';
import type { Terminal } from './terminal.ts';

export function readFiles(
  files: readonly string[],
  flags: FileFlags,
  terminal: Terminal,
): Promise<Desired> {
  const settings = { vars: flags.var, varFiles: flags.varFile, env: terminal.env };
  return readTopology(files.length === 0 ? ['topology.yaml'] : files, settings);
}
