// Logs what a trainer prints, and keeps the end of stderr for the error that explains its own.
import type { Readable } from 'node:stream';
import { Lines } from '../../../disk/lines.ts';
import type { LogLine } from './options.ts';

const longestLogLine = 8192;
const tailLines = 5;
const longestTailLine = 160;
/** Blank, or what Python marks a part of a line with. */
const isEmpty = (line: string): boolean => /^[\s~^]*$/.test(line);

/** The last lines that were printed to stderr. */
export class Tail {
  #lines: string[] = [];

  push({ source, text }: LogLine): void {
    if (source === 'stderr') this.#lines = lastOf([...this.#lines, text]);
  }

  toString(): string {
    return this.#lines.join('\n');
  }

  /** Returns the lines so far, and starts afresh. */
  take(): string {
    const text = this.toString();
    this.#lines = [];
    return text;
  }
}

/** The last lines that aren't blank, cut if they are long. */
const lastOf = (lines: readonly string[]): string[] =>
  lines
    .filter((line) => !isEmpty(line))
    .slice(-tailLines)
    .map((line) => line.slice(0, longestTailLine));

/** What went wrong, then the trainer's last lines, without those that repeat it. */
export function withLines(message: string, lines: string): string {
  const others = lines.split('\n').filter((line) => !message.includes(line.trim()));
  return [message, ...lastOf(others)].join('\n');
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
