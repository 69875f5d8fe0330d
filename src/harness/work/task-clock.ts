// Limits the time of a task. Loading a model does not count: that may take longer than training it.

export class TaskClock {
  readonly #limit: number;
  readonly #onLate: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** Starts at once. `limit`: milliseconds. */
  constructor(limit: number, onLate: () => void) {
    this.#limit = limit;
    this.#onLate = onLate;
    this.#run();
  }

  /** Stops until the trainer has started, then begins again from 0. */
  async starting<T>(start: () => Promise<T>): Promise<T> {
    this.stop();
    try {
      return await start();
    } finally {
      this.#run();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #run(): void {
    this.#timer = setTimeout(this.#onLate, this.#limit);
  }
}
