// A named text that problems point into.
import type { Position, Problem } from '../topology/problem.ts';

export class Source {
  readonly file: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  at(offset: number): Position {
    this.#lineStarts ??= lineStartsOf(this.text);
    const line = countUpTo(this.#lineStarts, offset);
    return { file: this.file, line, col: offset - (this.#lineStarts[line - 1] ?? 0) + 1 };
  }
}

/** A problem in a text, before the text's place is known. */
export interface Fault extends Omit<Problem, 'at'> {
  readonly offset: number;
}

export function toProblem(source: Source, { offset, ...fault }: Fault): Problem {
  return { ...fault, at: source.at(offset) };
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
    starts.push(end + 1);
  }
  return starts;
}

/** The number of sorted numbers up to the limit. */
function countUpTo(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
