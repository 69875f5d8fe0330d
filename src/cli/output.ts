// topo output: prints the declared names and the outputs of the files, for scripts.
import { outputsOf, renderOutputsText } from '../report/desired.ts';
import { escape } from '../report/escape.ts';
import { renderJson } from '../topology/json.ts';
import { exit } from './exit.ts';
import { wrongFlag, type FileFlags } from './flags.ts';
import { readFiles } from './read-files.ts';
import type { Terminal } from './terminal.ts';

export interface OutputFlags extends FileFlags {
  readonly file: readonly string[];
  readonly format: 'text' | 'json';
}

export async function output(
  name: string | undefined,
  flags: OutputFlags,
  terminal: Terminal,
): Promise<number> {
  const outputs = outputsOf(await readFiles(flags.file, flags, terminal));
  const found = name === undefined ? outputs : valueOf(name, outputs.outputs);
  terminal.print(flags.format === 'json' ? renderJson(found, 2) : renderText(found));
  return exit.done;

  function renderText(value: unknown): string {
    if (value === outputs) return renderOutputsText(outputs);
    return typeof value === 'string' ? escape(value) : renderJson(value);
  }
}

function valueOf(name: string, outputs: Readonly<Record<string, unknown>>): unknown {
  if (Object.hasOwn(outputs, name)) return outputs[name];
  const known = Object.keys(outputs).join(', ');
  throw wrongFlag(
    `there is no output "${name}"`,
    known === '' ? 'the file has no outputs section' : `the file has: ${known}`,
  );
}
