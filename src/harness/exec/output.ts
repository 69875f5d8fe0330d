// What a trainer prints: each line goes to the log, and the last of stderr into the error that explains its end.
import type { Readable } from 'node:stream';
import { Lines } from './lines.ts';
import type { LogLine } from './options.ts';

const longestLogLine = 8192;
const tailLines = 5;
const longestTailLine = 300;

/** The last lines that were printed to stderr. */
export class Tail {
  readonly #lines: string[] = [];

  push({ source, text }: LogLine): void {
    if (source !== 'stderr' || text.trim() === '') return;
    this.#lines.push(text.slice(0, longestTailLine));
    if (this.#lines.length > tailLines) this.#lines.shift();
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}

/** A line that is longer than 8 KiB is cut, and ends in …. */
export function logLines(
  stream: Readable,
  source: LogLine['source'],
  log: (line: LogLine) => void,
): void {
  const lines = new Lines(longestLogLine, (line, isWhole) => {
    const text = line.toString('utf8').replace(/\r$/, '');
    if (text !== '') log({ source, text: isWhole ? text : `${text}…` });
  });
  stream.on('data', (chunk: Buffer) => {
    lines.push(chunk);
  });
  stream.on('end', () => {
    lines.end();
  });
}
