// Writes results into a file, each task once, whatever was killed on the way.
import { createReadStream } from 'node:fs';
import { appendFile, stat } from 'node:fs/promises';
import { ExpectedError, InvalidInput } from '../../topology/problem.ts';
import { Lines } from '../../disk/lines.ts';
import { AppendLog } from '../../disk/append-log.ts';
import { replaceFile } from '../../disk/replace-file.ts';
import { parseCsv, renderCsv, toCsvRow, type CsvRow, type Order } from './csv.ts';
import { idOfLine, renderLine, type Row } from './row.ts';
import type { Format, Sink } from './sink.ts';

/**
 * Appends to an existing file. Throws InvalidInput if it holds anything but results of this format.
 */
export const openResultsFile = (
  path: string,
  format: Format,
  order: Order | undefined,
): Promise<Sink> => (format === 'csv' ? openCsv(path, order) : openLines(path));

async function openLines(path: string): Promise<Sink> {
  const ids = await idsIn(path);
  const log = await onDisk(path, () => AppendLog.open(path, { sync: true }));
  return {
    most: 256,
    has: (id) => ids.has(id),
    close: () => log.close(),
    async add(rows) {
      await onDisk(path, () => log.append(Buffer.from(rows.map(lineOf).join(''))));
      for (const row of rows) ids.add(String(row.get('id')));
    },
  };
}

/** Bytes of a line: inline parameters are the longest that a result has. */
const longest = 64 * 2 ** 20;

/**
 * A last line without an end is whole, or what a crash left: that was not acked, and comes again.
 */
async function idsIn(path: string): Promise<Set<string>> {
  const ids = new Set<string>();
  let [line, isLast] = [0, false];
  const lines = new Lines(longest, (bytes) => {
    line++;
    const text = bytes.toString();
    const id = idOfLine(text);
    if (id !== undefined) ids.add(id);
    else if (!isLast || !text.startsWith(lineStart.slice(0, text.length)))
      throw notOurs(path, line);
  });
  for await (const chunk of readBefore(path)) lines.push(chunk);
  const before = ids.size;
  isLast = true;
  lines.end();
  if (ids.size > before) await onDisk(path, () => appendFile(path, '\n'));
  return ids;
}

const lineStart = '{"id":';
const lineOf = (row: Row): string => `${renderLine(row)}\n`;

async function openCsv(path: string, order: Order | undefined): Promise<Sink> {
  const chunks: Buffer[] = [];
  for await (const chunk of readBefore(path)) chunks.push(chunk);
  const before = parseCsv(Buffer.concat(chunks).toString());
  if (before === undefined) throw notOurs(path, 1);
  let rows = new Map<string, CsvRow>(before.map((row) => [row.get('id') ?? '', row]));
  const write = async (all: typeof rows): Promise<void> => {
    const text = renderCsv([...all.values()], order);
    await onDisk(path, () => replaceFile(path, text, { sync: true }));
    rows = all;
  };
  if (order !== undefined && rows.size > 0) await write(rows);
  return {
    most: Infinity,
    has: (id) => rows.has(id),
    close: () => Promise.resolve(),
    add: (more) =>
      write(
        new Map([...rows, ...more.map((row) => [String(row.get('id')), toCsvRow(row)] as const)]),
      ),
  };
}

/** Nothing if there is no such file yet. */
async function* readBefore(path: string): AsyncGenerator<Buffer> {
  try {
    if (!(await stat(path)).isFile()) throw noFile(path);
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error instanceof InvalidInput ? error : unwritable(path, error);
  }
}

async function onDisk<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Anything but an error of the disk is a bug. */
function unwritable(path: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  const hint = 'make room there, or name another file; what was not written stays in the queue';
  return new ExpectedError(`--output ${path} can't be written: ${code}`, { hint, cause });
}

const wrong = (message: string, hint: string): InvalidInput =>
  new InvalidInput([{ code: 'wrong-output', message, hint }]);

const noFile = (path: string): InvalidInput =>
  wrong(
    `--output ${path} is no regular file`,
    'name a file: it holds the results once they are acked',
  );

const notOurs = (path: string, line: number): InvalidInput =>
  wrong(
    `--output ${path} holds something else than results of this format, from line ${line} on`,
    'name another file: nothing is added to what topo-harness results did not write',
  );
