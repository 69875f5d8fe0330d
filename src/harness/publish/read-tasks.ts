// Reads tasks from a stream of lines, grouped by the stream's chunks.
import type { Readable } from 'node:stream';
import { Lines } from '../../disk/lines.ts';
import type { Addressing } from './addressing.ts';
import { SeenIds } from './seen-ids.ts';
import { parseTaskLine, tooLong, type Outgoing } from './task-line.ts';

/** Bytes of a line, and so of a task: tensors travel as files. */
const longest = 1024 * 1024;

export interface ReadOptions {
  readonly addressing: Addressing;
  /** Of how many tasks the ids are remembered, to tell duplicates. */
  readonly remembered: number;
  /** Such a line is left out. */
  readonly onBroken: (line: number, problems: readonly string[]) => void;
}

/** Throws what the stream does, and InvalidInput if nothing says who is to take a task. */
export async function* readTasks(
  stream: Readable,
  options: ReadOptions,
): AsyncGenerator<Outgoing[], void, undefined> {
  const { addressing, onBroken } = options;
  const seen = new SeenIds(options.remembered);
  let group: Outgoing[] = [];
  let [line, index] = [0, 0];
  const lines = new Lines(longest, (bytes, isWhole) => {
    line++;
    if (isWhole) read(bytes);
    else onBroken(line, [tooLong(bytes, longest)]);
  });
  const read = (bytes: Buffer): void => {
    const parsed = parseTaskLine(bytes, index, addressing);
    if (parsed.kind === 'blank') return;
    if (parsed.kind === 'broken') {
      onBroken(line, parsed.problems);
      return;
    }
    const { task, own_id } = parsed;
    const before = own_id ? seen.add(task.id, line) : undefined;
    if (before !== undefined) {
      onBroken(line, [`line ${before} has the same id`]);
      return;
    }
    index++;
    group.push(task);
  };
  const take = (): Outgoing[] => {
    const taken = group;
    group = [];
    return taken;
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    lines.push(chunk);
    if (group.length > 0) yield take();
  }
  lines.end();
  if (group.length > 0) yield take();
}
