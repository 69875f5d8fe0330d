// Random numbers that are the same for the same seed on every machine: xoshiro128** of Blackman and
// Vigna, begun by splitmix32.

export class Random {
  readonly #state: Uint32Array;

  /** `seed`: a whole number from 0 to 2^53 - 1. */
  constructor(seed: number) {
    let mixed = (seed % 2 ** 32) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1);
    this.#state = Uint32Array.from({ length: 4 }, () => {
      mixed = (mixed + 0x9e3779b9) | 0;
      const half = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
      const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
      return whole ^ (whole >>> 16);
    });
  }

  /** From 0 up to, not including, 1, in steps of 2^-32. */
  uniform(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const [e, f] = [c ^ a, d ^ b];
    this.#state.set([a ^ f, b ^ e, e ^ (b << 9), rotate(f, 11)]);
    return result / 2 ** 32;
  }

  /** 0 to count - 1, in a random order. */
  shuffled(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last -= 1) {
      const other = Math.floor(this.uniform() * (last + 1));
      [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
    }
    return order;
  }
}

const rotate = (bits: number, by: number): number => (bits << by) | (bits >>> (32 - by));
