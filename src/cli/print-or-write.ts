// Prints a result, or writes it to the file of --output.
import { escape } from '../report/escape.ts';
import type { Terminal } from './terminal.ts';
import { writeResult } from './write-file.ts';

/** `-` is stdout. */
export async function printOrWrite(
  text: string,
  file: string | undefined,
  terminal: Terminal,
): Promise<void> {
  if (file === undefined || file === '-') {
    terminal.print(text);
    return;
  }
  const isReplaced = await writeResult('--output', file, text);
  terminal.tell(`wrote ${escape(file)}${isReplaced ? ', replacing the file that was there' : ''}`);
}
