// Collects the outputs of all files, which are one topology: a name has one value.
import { isDeepStrictEqual } from 'node:util';
import type { Position, Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import type { Value } from '../topology/value.ts';
import type { Findings } from './findings.ts';
import type { OpenedFile } from './opened-file.ts';

export class Outputs {
  readonly values = new Map<string, Value>();
  readonly #places = new Map<string, Position>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  add(file: OpenedFile, outputs: ReadonlyMap<string, Value>): void {
    for (const [name, value] of outputs) {
      const first = this.#places.get(name);
      if (first === undefined) {
        this.#places.set(name, file.at(['outputs', name]));
        this.values.set(name, value);
      } else if (!isDeepStrictEqual(this.values.get(name), value)) {
        this.#findings.problems.push(file.problem(twice(name, first), ['outputs', name], 'key'));
      }
    }
  }
}

function twice(name: string, { file, line, col }: Position): Problem {
  return {
    code: 'output-conflict',
    message: `output ${quote(name)} has another value in ${file}:${line}:${col}`,
    hint: 'all files share their outputs; keep one of the two, or rename one',
  };
}
