// topo export --split: writes a live broker down as several files that are one topology, such as
// one for each team.
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SecretKeeper } from '../file/secret-fields.ts';
import { selectLive } from '../reconcile/export.ts';
import { splitObjects, type Split } from '../reconcile/split.ts';
import { escape } from '../report/escape.ts';
import { countKinds } from '../report/desired.ts';
import type { LiveObject } from '../topology/live.ts';
import { shellWord } from '../topology/quote.ts';
import { exit } from './exit.ts';
import { assertOneVhost, renderExport } from './export-yaml.ts';
import { hashesOf, wrongFlag, type ExportFlags } from './flags.ts';
import { readExported, tellLeftOut, tellWarnings, type Exported } from './read-live.ts';
import { tellSecrets } from './secret-notes.ts';
import type { Terminal } from './terminal.ts';
import { assertNew, writeNewFiles, type NewFile } from './write-new.ts';

export async function exportSplit(flags: ExportFlags, terminal: Terminal): Promise<number> {
  const splits = await withOnePath(flags.split.map(parseSplit), flags.rest);
  for (const { flag, file } of filesOf(splits)) await assertNew(flag, file);
  const exported = await readExported(flags, terminal);
  if (flags.manage === true) assertOneVhost(exported.live);
  const { objects, warnings } = selectLive(exported.live, undefined, hashesOf(flags));
  const named = splits.filter((split) => split.glob !== undefined) as Split[];
  const parts = splitObjects(objects, named, { exclusive: flags.manage === true });
  tellWarnings(warnings, terminal);
  const secrets = new SecretKeeper();
  const files = filesOf(splits).map(({ flag, file, isRest }) => {
    const own = [...(parts.byFile.get(file) ?? []), ...(isRest ? parts.rest : [])];
    return { flag, file, own, text: renderPart(own, file, splits, exported, flags, secrets) };
  });
  await writeNewFiles(files);
  tellSecrets(secrets, terminal);
  for (const { file, own } of files) terminal.tell(`wrote ${escape(file)}: ${countKinds(own)}`);
  const names = files.map(({ file }) => shellWord(file)).join(' ');
  if (files.length > 1) terminal.tell(`they are one topology: topo plan ${escape(names)}`);
  if (flags.rest === undefined && parts.rest.length > 0) {
    const left = countKinds(parts.rest);
    terminal.tell(`note: no --split matches ${left}: --rest FILE writes them, too`);
  }
  tellLeftOut(exported, flags, terminal);
  return exit.done;
}

/** Without a glob: everything that no other target takes. */
interface Target {
  readonly glob: string | undefined;
  readonly file: string;
}

/** `GLOB=FILE`. Write a = in the glob as `\=`. */
function parseSplit(text: string): Split {
  const equals = /(?<!\\)(?:\\\\)*=/.exec(text);
  const at = equals === null ? -1 : equals.index + equals[0].length - 1;
  const [glob, file] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  if (at < 1 || file === '' || file === '-') {
    throw wrongFlag(
      `--split ${text} does not name a pattern and a file`,
      "write --split 'orders.*=orders.yaml'",
    );
  }
  return { glob, file };
}

/** Gives each file one spelling, however it is reached: several targets may share a file. */
async function withOnePath(splits: readonly Split[], rest: string | undefined): Promise<Target[]> {
  const spellings = new Map<string, string>();
  const targets: Target[] = [];
  for (const target of [
    ...splits,
    ...(rest === undefined ? [] : [{ glob: undefined, file: rest }]),
  ]) {
    const path = await pathOf(target.file);
    const file = spellings.get(path) ?? target.file;
    spellings.set(path, file);
    targets.push({ ...target, file });
  }
  return targets;
}

async function pathOf(file: string): Promise<string> {
  const folder = await realpath(dirname(file)).catch(() => dirname(file));
  return join(folder, basename(file));
}

interface Part extends Omit<NewFile, 'text'> {
  readonly isRest: boolean;
}

function filesOf(targets: readonly Target[]): Part[] {
  const files = [...new Set(targets.map(({ file }) => file))];
  return files.map((file) => {
    const own = targets.filter((target) => target.file === file);
    const isRest = own.some(({ glob }) => glob === undefined);
    const flag = own.every(({ glob }) => glob === undefined) ? '--rest' : '--split';
    return { flag, file, isRest };
  });
}

function renderPart(
  objects: readonly LiveObject[],
  file: string,
  targets: readonly Target[],
  exported: Exported,
  { manage }: ExportFlags,
  secrets: SecretKeeper,
): string {
  const own = targets.filter((target) => target.file === file);
  const globs = own.flatMap(({ glob }) => glob ?? []);
  const words = own.map(({ glob }) =>
    glob === undefined ? ' --rest' : ` --split ${shellWord(`${glob}=${file}`)}`,
  );
  // No pattern says what the rest owns: everything that the other files don't own.
  return renderExport(objects, exported, {
    flags: words.join(''),
    secrets,
    ...(manage === true && globs.length > 0 && { manage: globs }),
  });
}
