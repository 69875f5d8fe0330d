// Says what a command waits for, and how long at most, once it takes over a second. Says each
// reason once, as many requests wait for the same.
export type Tell = (line: string) => void;

/** Milliseconds of waiting that need no explanation. */
export const patience = 1_000;

export class Waiting {
  readonly #tell: Tell;
  readonly #patience: number;
  readonly #told = new Set<string>();

  constructor(tell: Tell = () => undefined, silence = patience) {
    this.#tell = tell;
    this.#patience = silence;
  }

  /** For a wait of known length. */
  say(milliseconds: number, reason: string, line: string): void {
    if (milliseconds <= this.#patience || this.#told.has(reason)) return;
    this.#told.add(reason);
    this.#tell(line);
  }

  /** For work of unknown length: says so once it takes long. */
  async during<T>(reason: string, line: string, work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.say(Infinity, reason, line), this.#patience);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }
}
