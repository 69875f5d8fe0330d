// The file of a batch's task ids, one a line: publish writes it, status --tasks reads it.
import { readFile } from 'node:fs/promises';
import { ExpectedError } from '../../topology/problem.ts';
import { wrongFlag } from '../flags.ts';
import type { Terminal } from '../terminal.ts';
import { writeResult } from '../write-file.ts';

/** All tasks are sent; the outbox has their ids still. */
export class UnwrittenIds extends ExpectedError {}

/** `-` is stdout. Throws UnwrittenIds. */
export async function writeIds(
  file: string,
  ids: AsyncIterable<string>,
  terminal: Terminal,
): Promise<void> {
  const lines: string[] = [];
  for await (const id of ids) lines.push(`${id}\n`);
  try {
    if (file !== '-') await writeResult('--ids', file, lines.join(''));
    else if (lines.length > 0) terminal.print(lines.join(''));
  } catch (cause) {
    const hint = `make room there; then topo-harness publish --resume --ids ${file} writes them`;
    throw new UnwrittenIds(cause instanceof Error ? cause.message : String(cause), { hint, cause });
  }
}

/** Each once. Throws InvalidInput. */
export async function readIds(file: string): Promise<Set<string>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw wrongFlag(`--ids ${file} can't be read: ${code}`, made);
  });
  const lines = text.split('\n').map((line) => line.trim());
  const wrong = lines.findIndex((line) => line !== '' && !/^[!-~]{1,200}$/.test(line));
  if (wrong >= 0) throw wrongFlag(`--ids ${file}:${wrong + 1} is no id of a task`, made);
  return new Set(lines.filter((line) => line !== ''));
}

const made = 'topo-harness publish --ids FILE writes such a file: an id on each line';
