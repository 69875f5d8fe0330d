// topo init: writes a complete topology file to start from. A template is a file of this package that is run and tested.
import { readFile, writeFile } from 'node:fs/promises';
import { escape } from '../report/escape.ts';
import { exit } from './exit.ts';
import { wrongFlag } from './flags.ts';
import type { Terminal } from './terminal.ts';

export interface InitFlags {
  readonly template: 'plain' | 'training';
  /** `-` is stdout. */
  readonly output: string;
}

/** The same from src and from dist. */
const templates: Readonly<Record<InitFlags['template'], URL>> = {
  plain: new URL('../../topology.yaml', import.meta.url),
  training: new URL('../../examples/training/topology.yaml', import.meta.url),
};

export async function init({ template, output }: InitFlags, terminal: Terminal): Promise<number> {
  const text = withoutSchema(await readFile(templates[template], 'utf8'));
  if (output === '-') {
    terminal.print(text);
    return exit.done;
  }
  await writeNew(output, text);
  const name = escape(output);
  terminal.tell(`wrote ${name}; topo plan ${name} shows what it would make`);
  return exit.done;
}

/** The line that names the schema to an editor: where the file goes, that path leads nowhere. */
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

const isThere = (file: string) =>
  wrongFlag(
    `${file} is there already, and is never overwritten`,
    'name another file with --output, or - for stdout',
  );

const cannotWrite = (file: string, code: string) =>
  wrongFlag(
    `--output ${file} can't be written: ${code}`,
    'name a file in a folder that is there and yours',
  );
