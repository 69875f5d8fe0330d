// What became of the tasks of an outbox, by their number from 1.
import type { Fate } from '../messaging/fate.ts';

export type FateKind = Fate['kind'];

/** Tasks in a row that met the same fate. */
export interface FateRange {
  readonly from: number;
  readonly to: number;
  readonly kind: FateKind;
  readonly reason?: string;
}

const kinds: readonly FateKind[] = ['confirmed', 'returned', 'refused'];

/** One byte a task; a later fate takes the place of an earlier one. */
export class Fates {
  #codes = new Uint8Array(1024);

  add({ from, to, kind }: FateRange): void {
    while (to >= this.#codes.length) this.#grow();
    this.#codes.fill(kinds.indexOf(kind) + 1, from, to + 1);
  }

  isConfirmed(number: number): boolean {
    return this.#codes[number] === 1;
  }

  count(kind: FateKind): number {
    const code = kinds.indexOf(kind) + 1;
    return this.#codes.reduce((sum, one) => (one === code ? sum + 1 : sum), 0);
  }

  #grow(): void {
    const before = this.#codes;
    this.#codes = new Uint8Array(before.length * 2);
    this.#codes.set(before);
  }
}

export interface Settled {
  readonly number: number;
  readonly fate: Fate;
}

/** Brokers confirm in order, most often: a range holds many. */
export function rangesOf(settled: readonly Settled[]): FateRange[] {
  const ranges: FateRange[] = [];
  for (const { number, fate } of settled) {
    const last = ranges.at(-1);
    const reason = fate.kind === 'confirmed' ? undefined : fate.reason;
    const isNext = last?.to === number - 1 && last.kind === fate.kind && last.reason === reason;
    const range = { kind: fate.kind, ...(reason !== undefined && { reason }) };
    if (isNext) ranges[ranges.length - 1] = { ...last, to: number };
    else ranges.push({ from: number, to: number, ...range });
  }
  return ranges;
}
