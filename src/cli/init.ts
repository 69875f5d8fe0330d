// topo init: writes a complete topology file to start from. Templates are files of this package
// that tests run.
import { lstat, readFile, writeFile } from 'node:fs/promises';
import { escape } from '../report/escape.ts';
import { exit } from './exit.ts';
import { wrongFlag } from './flags.ts';
import type { Terminal } from './terminal.ts';

export interface InitFlags {
  readonly template: 'plain' | 'training';
  /** `-` is stdout. */
  readonly output: string;
  /** The file for the commands that create a user for each role; for training only. */
  readonly rights?: string;
}

/** The path is the same from src and from dist. */
const templates: Readonly<Record<InitFlags['template'], URL>> = {
  plain: new URL('../../topology.yaml', import.meta.url),
  training: new URL('../../examples/training/topology.yaml', import.meta.url),
};

const rightsFile = new URL('../../examples/training/rights.sh', import.meta.url);

export async function init(
  { template, output, rights }: InitFlags,
  terminal: Terminal,
): Promise<number> {
  if (rights !== undefined && template !== 'training') throw noRoles();
  for (const file of [output, rights]) if (file !== undefined) await assertNew(file);
  await write(output, withoutSchema(await readFile(templates[template], 'utf8')), terminal);
  if (rights !== undefined) await write(rights, await readFile(rightsFile, 'utf8'), terminal);
  const name = escape(output);
  if (output !== '-') terminal.tell(`wrote ${name}; topo plan ${name} shows what it would create`);
  if (rights !== undefined && rights !== '-')
    terminal.tell(
      `wrote ${escape(rights)}; read it, then run it where rabbitmqctl reaches the broker`,
    );
  return exit.done;
}

async function write(file: string, text: string, terminal: Terminal): Promise<void> {
  if (file === '-') terminal.print(text);
  else await writeNew(file, text);
}

/** Call before writing anything. */
async function assertNew(file: string): Promise<void> {
  const isTaken = await lstat(file).then(
    () => true,
    () => false,
  );
  if (file !== '-' && isTaken) throw isThere(file);
}

/** The line that names the schema to an editor: its path leads nowhere from the new file. */
const withoutSchema = (text: string): string => text.replace(/^# yaml-language-server:.*\n/, '');

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    // Every error of node:fs has one.
    const { code } = error as { code: string };
    throw code === 'EEXIST' ? isThere(file) : cannotWrite(file, code);
  }
}

const noRoles = () =>
  wrongFlag('--rights goes with --template training', 'only there are roles to give rights to');

const isThere = (file: string) =>
  wrongFlag(
    `${file} exists already, and is never overwritten`,
    'name another file, or - for stdout',
  );

const cannotWrite = (file: string, code: string) =>
  wrongFlag(`${file} can't be written: ${code}`, 'name a file in an existing folder of yours');
