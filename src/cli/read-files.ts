// Reads the topology files of a command.
import { stat } from 'node:fs/promises';
import type { Resolved } from '../file/resolved.ts';
import { toDestroyed } from '../reconcile/destroy.ts';
import { escape } from '../report/escape.ts';
import type { Desired } from '../topology/desired.ts';
import { wrongFlag, type FileFlags } from './flags.ts';
import { isSavedPlan } from './read-plan.ts';
import type { Terminal } from './terminal.ts';

export interface ReadingOptions {
  /** Today's files, if these are former ones. */
  readonly formerOf?: readonly string[];
  readonly resolved?: Resolved;
  /** Texts to read in place of files, by their paths. */
  readonly edited?: ReadonlyMap<string, string>;
}

const orDefault = (files: readonly string[]): readonly string[] =>
  files.length === 0 ? ['topology.yaml'] : files;

export async function readFiles(
  files: readonly string[],
  flags: FileFlags,
  terminal: Terminal,
  { formerOf, resolved, edited }: ReadingOptions = {},
): Promise<Desired> {
  for (const file of files) {
    if (!(await isSavedPlan(file))) continue;
    throw wrongFlag(`${file} is a saved plan, not a topology file`, `topo apply ${file}`);
  }
  const named = orDefault(files);
  await tellOfBig([...named, ...flags.varFile], terminal);
  const { var: vars, varFile: varFiles, allowEnv } = flags;
  const given = { vars, varFiles, allowEnv, env: terminal.env };
  const name = flags.environment;
  const beside = orDefault(formerOf ?? files)[0] ?? '';
  const environment = name === undefined ? undefined : { name, beside };
  const isFormer = formerOf !== undefined;
  const mayLackSecrets = resolved !== undefined;
  const settings = { ...given, environment, isFormer, mayLackSecrets, edited };
  // Loads while the broker makes its lists.
  const { readTopology } = await import('../file/read-topology.ts');
  return readTopology(named, settings, resolved);
}

/** The topology without what the files declare: all of that is to go. */
export async function readDestroyed(
  files: readonly string[],
  flags: FileFlags,
  terminal: Terminal,
): Promise<Desired> {
  const desired = await readFiles(files, flags, terminal);
  if (desired.objects.size > 0) return toDestroyed(desired);
  throw wrongFlag(
    `${orDefault(files).join(', ')} declares nothing, so there is nothing to destroy`,
    'topo destroy deletes what the files declare, and nothing else that they own by manage',
  );
}

/** Bytes that take about a second. Say so beforehand: parsing blocks everything else. */
const big = 1_000_000;

async function tellOfBig(files: readonly string[], terminal: Terminal): Promise<void> {
  for (const file of files) {
    const { size } = await stat(file).catch(() => ({ size: 0 }));
    if (size >= big) terminal.tell(`reading ${escape(file)}, ${Math.round(size / big)} MB …`);
  }
}
