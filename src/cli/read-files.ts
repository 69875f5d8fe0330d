// Reads the topology files of a command.
import { stat } from 'node:fs/promises';
import { readTopology } from '../file/read-topology.ts';
import type { Resolved } from '../file/resolved.ts';
import { escape } from '../report/escape.ts';
import type { Desired } from '../topology/desired.ts';
import { wrongFlag, type FileFlags } from './flags.ts';
import { isSavedPlan } from './read-plan.ts';
import type { Terminal } from './terminal.ts';

export async function readFiles(
  files: readonly string[],
  flags: FileFlags,
  terminal: Terminal,
  { isFormer = false, resolved }: { isFormer?: boolean; resolved?: Resolved } = {},
): Promise<Desired> {
  for (const file of files) {
    if (!(await isSavedPlan(file))) continue;
    throw wrongFlag(`${file} is a saved plan, not a topology file`, `topo apply ${file}`);
  }
  const named = files.length === 0 ? ['topology.yaml'] : files;
  await tellOfBig([...named, ...flags.varFile], terminal);
  const { var: vars, varFile: varFiles, allowEnv } = flags;
  const given = { vars, varFiles, allowEnv, env: terminal.env, isFormer };
  const settings = { ...given, mayLackSecrets: resolved !== undefined };
  return readTopology(named, settings, resolved);
}

/** Bytes that take about a second. Say so beforehand: parsing blocks everything else. */
const big = 1_000_000;

async function tellOfBig(files: readonly string[], terminal: Terminal): Promise<void> {
  for (const file of files) {
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size >= big) terminal.tell(`reading ${escape(file)}, ${Math.round(size / big)} MB …`);
  }
}
