// The last line of a stream that is not blank, however much comes before it.
import type { Readable } from 'node:stream';
import type { Trained } from '../../handler.ts';
import { Lines } from '../../../disk/lines.ts';
import { parseTrained, type Parsed } from './message.ts';

export class LastLine {
  readonly #limit: number;
  #line: Buffer = Buffer.from('{}');
  #isWhole = true;

  constructor(limit: number) {
    this.#limit = limit;
  }

  read(stream: Readable): void {
    const lines = new Lines(this.#limit, (line, isWhole) => {
      if (isWhole && line.toString('latin1').trim() === '') return;
      this.#line = line;
      this.#isWhole = isWhole;
    });
    stream.on('data', (chunk: Buffer) => lines.push(chunk));
    stream.on('end', () => lines.end());
  }

  /** An empty result where nothing was printed. */
  parse(): Parsed<Trained> | { readonly kind: 'too long'; readonly why: string } {
    return this.#isWhole
      ? parseTrained(this.#line)
      : { kind: 'too long', why: `it has over ${this.#limit} bytes` };
  }
}
