// Cuts a stream of bytes into lines, and never holds more of one than the limit.
import { createReadStream } from 'node:fs';

const lineEnd = 0x0a;

/** Parts of a line that comes byte by byte; each costs far more than its byte. */
const mostParts = 1024;

export class Lines {
  readonly #limit: number;
  readonly #onLine: (line: Buffer, isWhole: boolean) => void;
  #parts: Buffer[] = [];
  #length = 0;
  #isCut = false;

  /**
   * `onLine`: without its end; `isWhole` is false for the beginning of a line over `limit` bytes,
   * whose rest is dropped.
   */
  constructor(limit: number, onLine: (line: Buffer, isWhole: boolean) => void) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end; (end = chunk.indexOf(lineEnd, start)) !== -1; start = end + 1) {
      this.#add(chunk.subarray(start, end));
      this.end();
    }
    this.#add(chunk.subarray(start));
  }

  /** The stream has ended: what has no line end yet is a line too. */
  end(): void {
    const [only, ...others] = this.#parts;
    const line = only && others.length === 0 ? only : Buffer.concat(this.#parts);
    const isCut = this.#isCut;
    this.#parts = [];
    this.#length = 0;
    this.#isCut = false;
    if (!isCut) this.#onLine(line, true);
  }

  #add(part: Buffer): void {
    if (this.#isCut) return;
    // A copy: a few bytes of a chunk would keep all of it in memory.
    const fitting = Buffer.from(part.subarray(0, this.#limit - this.#length));
    if (this.#parts.length === mostParts) this.#parts = [Buffer.concat(this.#parts)];
    this.#parts.push(fitting);
    this.#length += fitting.length;
    if (fitting.length === part.length) return;
    this.#isCut = true;
    this.#onLine(Buffer.concat(this.#parts), false);
    this.#parts = [];
  }
}

/** Reads a file's lines; see Lines. Throws Node's error if there is none. */
export async function readLines(
  path: string,
  limit: number,
  onLine: (line: Buffer, isWhole: boolean) => void,
): Promise<void> {
  const lines = new Lines(limit, onLine);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) lines.push(chunk);
  lines.end();
}
