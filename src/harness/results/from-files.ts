// Takes results from files, one a line, as coordinators and workers write them. Checks them like
// messages.
import { createReadStream } from 'node:fs';
import { InvalidInput } from '../../topology/problem.ts';
import { Lines } from '../../disk/lines.ts';
import type { Row } from './row.ts';
import type { Sink } from './sink.ts';
import { sortOut, Tally, type Collected, type Left } from './sort-out.ts';

export interface FilesOptions {
  readonly files: readonly string[];
  readonly sink: Sink;
  /** Ends it before its time; what is written by then stays. */
  readonly stop: AbortSignal;
  /** Told, of each file that has some, of what is left out. */
  readonly onLeft: (left: Left, file: string) => void;
}

/** Throws InvalidInput if a file can't be read, and what the sink does. */
export async function takeFromFiles(options: FilesOptions): Promise<Omit<Collected, 'left'>> {
  const { files, sink, stop, onLeft } = options;
  const taken = { rows: 0, again: 0 };
  let batch = new Map<string, Row>();
  for (const file of files) {
    const left = new Tally();
    for await (const line of linesIn(file)) {
      if (stop.aborted) break;
      const sorted = sortOut({ content: line, properties: {} });
      if (sorted.kind !== 'row') left.leave(sorted);
      else if (sink.has(sorted.id) || batch.has(sorted.id)) taken.again++;
      else batch.set(sorted.id, sorted.row);
      if (batch.size >= sink.most) await flush();
    }
    onLeft(left.collected.left, file);
  }
  await flush();
  return taken;

  async function flush(): Promise<void> {
    if (batch.size > 0) await sink.add([...batch.values()]);
    taken.rows += batch.size;
    batch = new Map();
  }
}

/** Bytes of a line: inline parameters are the longest that a result has. */
const longest = 64 * 2 ** 20;

/** Blank ones are passed over. */
async function* linesIn(file: string): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  const lines = new Lines(longest, (line) => line.length > 0 && ready.push(line));
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      lines.push(chunk);
      yield* ready.splice(0);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : unreadable(file, code);
  }
  lines.end();
  yield* ready;
}

const unreadable = (file: string, code: string): InvalidInput =>
  new InvalidInput([
    {
      code: 'unreadable-file',
      message: `--from ${file} can't be read: ${code}`,
      hint: 'name a file of results, one a line, such as RUN/others.jsonl of a training',
    },
  ]);
