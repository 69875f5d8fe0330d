// Reads which tasks are done, from files that topo-harness results or workers wrote.
import { readFile } from 'node:fs/promises';
import { InvalidInput } from '../../topology/problem.ts';
import { readLines } from '../../disk/lines.ts';
import { parseCsv } from './csv.ts';

export interface Done {
  readonly id: string;
  /** When, milliseconds since 1970; NaN if nothing says. */
  readonly time: number;
}

/** Bytes of a line. */
const longest = 64 * 2 ** 20;

/**
 * Lines that are no results are passed over: the file may be written just now. Throws InvalidInput
 * if it can't be read.
 */
export async function readDone(path: string): Promise<Done[]> {
  try {
    return path.endsWith('.csv') ? await readTable(path) : await readResults(path);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const message = `--results ${path} can't be read: ${code}`;
    const hint = 'name a file that topo-harness results --output FILE wrote';
    throw new InvalidInput([{ code: 'unreadable-file', message, hint }]);
  }
}

async function readTable(path: string): Promise<Done[]> {
  const rows = parseCsv(await readFile(path, 'utf8')) ?? [];
  return rows.map((row) => ({
    id: row.get('id') ?? '',
    time: Date.parse(row.get('finished_at') ?? ''),
  }));
}

async function readResults(path: string): Promise<Done[]> {
  const all: Done[] = [];
  await readLines(path, longest, (line) => {
    const done = parseDone(line.toString());
    if (done !== undefined) all.push(done);
  });
  return all;
}

/** A row has an id, a result of a worker's own file names its task. */
function parseDone(text: string): Done | undefined {
  try {
    const { id, task, finished_at } = JSON.parse(text) as Record<string, unknown>;
    const name = id ?? task;
    return typeof name === 'string'
      ? { id: name, time: Date.parse(String(finished_at)) }
      : undefined;
  } catch {
    return undefined;
  }
}
