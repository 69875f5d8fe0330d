// Counts what became of a publish.
import type { Fate } from '../messaging/fate.ts';

/** Why tasks were not taken, and how many. */
export interface Reason {
  readonly kind: 'returned' | 'refused';
  readonly reason: string;
  readonly tasks: number;
}

export interface Published {
  /** In all, those of an earlier publish that this one went on with included. */
  readonly confirmed: number;
  /** Of them, those that an earlier publish had seen confirmed. */
  readonly confirmed_before: number;
  /** No queue took them. */
  readonly returned: number;
  /** By the broker or a queue, and lines that are no task. */
  readonly refused: number;
  /** In the outbox, and not sent yet, or not answered. */
  readonly unsettled: number;
  readonly reasons: readonly Reason[];
  readonly seconds: number;
  /** Whether the input was read to its end, now or earlier. */
  readonly is_whole: boolean;
}

export class Tally {
  readonly #started = performance.now();
  readonly #before: number;
  readonly #fates = { confirmed: 0, returned: 0, refused: 0 };
  readonly #reasons = new Map<string, Reason>();
  #broken = 0;

  constructor(confirmedBefore: number) {
    this.#before = confirmedBefore;
  }

  settle(fate: Fate): void {
    this.#fates[fate.kind]++;
    if (fate.kind === 'confirmed') return;
    const { kind, reason } = fate;
    const tasks = (this.#reasons.get(kind + reason)?.tasks ?? 0) + 1;
    this.#reasons.set(kind + reason, { kind, reason, tasks });
  }

  /** A line of the input that is no task. */
  refuseLine(): void {
    this.#broken++;
  }

  /** Whether all of the outbox's tasks are confirmed. */
  isClean(tasks: number): boolean {
    return this.#before + this.#fates.confirmed === tasks;
  }

  /** `tasks`: how many the outbox holds. */
  publishedOf(tasks: number, isWhole: boolean): Published {
    const { confirmed, returned, refused } = this.#fates;
    return {
      confirmed: this.#before + confirmed,
      confirmed_before: this.#before,
      returned,
      refused: refused + this.#broken,
      unsettled: tasks - this.#before - confirmed - returned - refused,
      reasons: [...this.#reasons.values()],
      seconds: (performance.now() - this.#started) / 1_000,
      is_whole: isWhole,
    };
  }
}
