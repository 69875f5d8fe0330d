// How long a task may take. The start of its trainer does not count: a model may take longer to load than to train.

export class TaskClock {
  readonly #limit: number;
  readonly #onLate: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** Runs at once. `limit`: milliseconds. */
  constructor(limit: number, onLate: () => void) {
    this.#limit = limit;
    this.#onLate = onLate;
    this.#run();
  }

  /** Stands still until the trainer has started, and then begins anew. */
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
