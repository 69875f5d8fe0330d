// Sorts the messages of a results queue: results of published tasks become rows, the rest stays.
import { parseResult } from '../messaging/message.ts';
import { isUnitOf } from '../train/model/unit.ts';
import { rowOf, type Row } from './row.ts';

export type Sorted = { readonly kind: 'row'; readonly id: string; readonly row: Row } | Stays;

export type Stays =
  /** Of a training: its coordinator takes it. */
  | { readonly kind: 'training'; readonly run: string }
  | { readonly kind: 'broken'; readonly problem: string };

export function sortOut({ content, properties }: Sortable): Sorted {
  const parsed = parseResult(content, properties);
  if (parsed.kind === 'broken') return { kind: 'broken', problem: parsed.problems.join('; ') };
  const result = parsed.value;
  const { run, task } = result;
  if (run !== undefined && isUnitOf(run, task)) return { kind: 'training', run };
  return { kind: 'row', id: result.task, row: rowOf(result) };
}

interface Sortable {
  readonly content: Buffer;
  readonly properties: object;
}

/** What came of a look at a queue. */
export interface Collected {
  /** Tasks whose result was not there before. */
  readonly rows: number;
  /** Further results of tasks that have one. */
  readonly again: number;
  /** What stays in the queue, each kind with an example. */
  readonly left: Left;
}

export interface Left {
  readonly trainings: ReadonlyMap<string, number>;
  readonly broken: number;
  /** Of the first that is broken. */
  readonly problem: string | undefined;
}

export class Tally {
  readonly #trainings = new Map<string, number>();
  #problem: string | undefined;
  #broken = 0;
  rows = 0;
  again = 0;

  leave(sorted: Stays): void {
    if (sorted.kind === 'training') {
      this.#trainings.set(sorted.run, (this.#trainings.get(sorted.run) ?? 0) + 1);
    } else {
      this.#broken++;
      this.#problem ??= sorted.problem;
    }
  }

  get collected(): Collected {
    const left = { trainings: this.#trainings, broken: this.#broken, problem: this.#problem };
    return { rows: this.rows, again: this.again, left };
  }
}
