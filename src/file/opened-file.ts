// A topology file that is being read.
import type { Position, Problem } from '../topology/problem.ts';
import type { Path, Spot } from './locate.ts';
import { Locator } from './locate.ts';
import type { ParsedFile } from './parse-file.ts';

export class OpenedFile {
  readonly parsed: ParsedFile;
  /**
   * Whether RabbitMQ exported it: then it has no expressions, and the broker's own objects are left
   * out.
   */
  readonly isExport: boolean;
  /** Whether RabbitMQ or topo exported it: then what can't be declared is only a warning. */
  readonly isGenerated: boolean;
  readonly #locator: Locator;

  constructor(parsed: ParsedFile) {
    const { head } = parsed;
    this.parsed = parsed;
    this.isExport =
      ('rabbit_version' in head || 'rabbitmq_version' in head) && !('variables' in head);
    this.isGenerated = this.isExport || String(head['exported_by']).startsWith('topo ');
    this.#locator = new Locator(parsed);
  }

  at(path: Path, spot?: Spot): Position {
    return this.#locator.at(path, spot);
  }

  /** The spelling of a plain scalar beside the entries; undefined for anything else. */
  spelling(path: Path): string | undefined {
    return this.#locator.spelling(path);
  }

  problem(problem: Problem, path: Path, spot?: Spot): Problem {
    return { ...problem, at: this.at(path, spot) };
  }
}
