// Remembers which ids came on which line, in 24 bytes each: files of a million tasks are common.
import { hash } from 'node:crypto';

const firstSlots = 1 << 12;
const mostFull = 0.5;

export class SeenIds {
  /** Open addressing: two words of an id's hash, and its line; 0 is no line. */
  #words = new Uint32Array(firstSlots * 3);
  #size = 0;
  readonly #most: number;

  /** Beyond `most` ids it forgets all and begins again. */
  constructor(most = Infinity) {
    this.#most = most;
  }

  /** The line that had this id before, if one had; lines count from 1. */
  add(id: string, line: number): number | undefined {
    const [high, low] = hashOf(id);
    const slot = this.#find(high, low);
    const before = this.#words[slot + 2];
    if (before !== undefined && before !== 0) return before;
    if (this.#size === this.#most) this.#forget();
    this.#put(this.#find(high, low), high, low, line);
    if (++this.#size > (this.#words.length / 3) * mostFull) this.#grow();
    return undefined;
  }

  #find(high: number, low: number): number {
    const slots = this.#words.length / 3;
    let slot = low & (slots - 1);
    while (this.#words[slot * 3 + 2] !== 0 && !this.#isAt(slot, high, low)) {
      slot = (slot + 1) & (slots - 1);
    }
    return slot * 3;
  }

  #isAt(slot: number, high: number, low: number): boolean {
    return this.#words[slot * 3] === high && this.#words[slot * 3 + 1] === low;
  }

  #put(slot: number, high: number, low: number, line: number): void {
    this.#words.set([high, low, line], slot);
  }

  #grow(): void {
    const before = this.#words;
    this.#words = new Uint32Array(before.length * 2);
    for (let slot = 0; slot < before.length; slot += 3) {
      const [high = 0, low = 0, line = 0] = before.subarray(slot, slot + 3);
      if (line !== 0) this.#put(this.#find(high, low), high, low, line);
    }
  }

  #forget(): void {
    this.#words = new Uint32Array(firstSlots * 3);
    this.#size = 0;
  }
}

function hashOf(id: string): [number, number] {
  const bytes = hash('sha256', id, 'buffer');
  return [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
}
