// Tells what a command waits for, and how long at most, where that is over a second. Each reason is told once: many wait for the same.
export type Tell = (line: string) => void;

/** Milliseconds that nothing need be said. */
export const patience = 1_000;

export class Waiting {
  readonly #tell: Tell;
  readonly #patience: number;
  readonly #told = new Set<string>();

  constructor(tell: Tell = () => undefined, silence = patience) {
    this.#tell = tell;
    this.#patience = silence;
  }

  /** Of a wait for so many milliseconds. */
  say(milliseconds: number, reason: string, line: string): void {
    if (milliseconds <= this.#patience || this.#told.has(reason)) return;
    this.#told.add(reason);
    this.#tell(line);
  }

  /** Of work whose length nobody knows: told once it takes long. */
  async during<T>(reason: string, line: string, work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.say(Infinity, reason, line), this.#patience);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }
}
