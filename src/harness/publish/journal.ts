// Records of a journal, one a line, each with a checksum, to tell what a power cut tore off from
// what was damaged.
import { createReadStream } from 'node:fs';
import { stat, truncate } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { ExpectedError } from '../../topology/problem.ts';
import { Lines } from '../../disk/lines.ts';

const sumLength = 8;
/** Bytes. No record is longer: a task's line has a bound of its own. */
const longest = 64 * 1024 * 1024;

export const renderRecord = (text: string): string => `${render(crc32(text))} ${text}`;

/** Records with line ends, each of a head and a body, in one buffer. */
export function renderRecords(records: readonly { head: string; body: Buffer }[]): Buffer {
  const parts: Buffer[] = [];
  for (const { head, body } of records) {
    const sum = render(crc32(body, crc32(head)));
    parts.push(Buffer.from(`${sum} ${head}`), body, lineEnd);
  }
  return Buffer.concat(parts);
}

const lineEnd = Buffer.from('\n');

const render = (sum: number): string => sum.toString(16).padStart(sumLength, '0');

/** Undefined if the checksum does not fit. */
function parseRecord(line: Buffer): string | undefined {
  const text = line.subarray(sumLength + 1);
  return line.toString('latin1', 0, sumLength) === render(crc32(text))
    ? text.toString()
    : undefined;
}

/** The records of a journal that was mended, in groups. */
export async function* readRecords(file: string): AsyncGenerator<string[], void, undefined> {
  for await (const group of readParsed(file)) yield group.flatMap(({ text }) => text ?? []);
}

/**
 * Cuts off what a crash left unfinished at the end, which was never acted upon. Does nothing if
 * there is no such file. Throws where a record is damaged and sound ones follow: then the disk, or
 * somebody, changed what was written.
 */
export async function mendJournal(file: string): Promise<void> {
  const size = await stat(file).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) return;
  let sound = 0;
  let broken: number | undefined;
  for await (const group of readParsed(file)) {
    for (const { text, end } of group) {
      const isSound = text !== undefined && end <= size;
      if (!isSound) broken ??= sound;
      else if (broken === undefined) sound = end;
      else throw damaged(file, broken);
    }
  }
  if (sound < size) await truncate(file, sound);
}

interface Parsed {
  readonly text: string | undefined;
  /** Where the next record begins, in bytes; not exact behind a broken one. */
  readonly end: number;
}

async function* readParsed(file: string): AsyncGenerator<Parsed[], void, undefined> {
  let group: Parsed[] = [];
  let end = 0;
  const lines = new Lines(longest, (line, isWhole) => {
    end += line.length + 1;
    group.push({ text: isWhole ? parseRecord(line) : undefined, end });
  });
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    lines.push(chunk);
    if (group.length > 0) yield group;
    group = [];
  }
  // What has no line end was not written whole, or is nothing.
  lines.end();
  yield group;
}

const damaged = (file: string, offset: number): ExpectedError =>
  new ExpectedError(`${file} is damaged: the record at byte ${offset} is not what was written`, {
    hint: 'publish --discard drops the outbox; which of its tasks the broker has can then only be seen there',
  });
