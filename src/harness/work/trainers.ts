// The handlers of a worker; each trains one task at a time.
import type { Handler } from '../handler.ts';

export class Trainers {
  readonly #all: readonly Handler[];
  readonly #free: Handler[];
  #waiting: ((handler: Handler | undefined) => void)[] = [];
  #isClosed = false;

  private constructor(handlers: readonly Handler[]) {
    this.#all = handlers;
    this.#free = [...handlers];
  }

  /** Throws if one can't be made ready; the others are then stopped. */
  static async start(handlers: readonly Handler[]): Promise<Trainers> {
    const trainers = new Trainers(handlers);
    try {
      await Promise.all(handlers.map((handler) => handler.start()));
    } catch (error) {
      await trainers.stop();
      throw error;
    }
    return trainers;
  }

  get busy(): number {
    return this.#all.length - this.#free.length;
  }

  /** First come, first served; undefined once no more tasks are begun. */
  take(): Promise<Handler | undefined> {
    const handler = this.#isClosed ? undefined : this.#free.pop();
    if (handler !== undefined || this.#isClosed) return Promise.resolve(handler);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  giveBack(handler: Handler): void {
    const next = this.#waiting.shift();
    if (next) next(handler);
    else this.#free.push(handler);
  }

  /** Begins no more tasks. */
  close(): void {
    this.#isClosed = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(undefined);
  }

  async stop(): Promise<void> {
    this.close();
    await Promise.allSettled(this.#all.map((handler) => handler.stop()));
  }
}
