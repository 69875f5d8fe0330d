// Whether the broker still speaks. What waits at the same time waits for one timeout, not each for its own.
import { setMaxListeners } from 'node:events';
import { ExpectedError } from '../topology/problem.ts';

/** Milliseconds that a broker is given which is thought to be gone. */
const brief = 5_000;
/** Of the timeout: those that wait in vain have not begun in the same instant. */
const most = 0.9;

export class Hearing {
  readonly #timeout: number;
  readonly #silent = new AbortController();
  #heard = 0;
  #isDoubtful = false;

  /** `timeout`: milliseconds that the broker may stay silent. */
  constructor(timeout: number) {
    this.#timeout = timeout;
    // Every request under way listens.
    setMaxListeners(0, this.#silent.signal);
  }

  /** Aborted, with a reason to show, once the broker was silent for the timeout. It stays so. */
  get silent(): AbortSignal {
    return this.#silent.signal;
  }

  /** Milliseconds that the next request may wait. */
  patience(): number {
    return this.#isLost() ? Math.min(brief, this.#timeout) : this.#timeout;
  }

  /** A sign of life. */
  hear(): void {
    this.#heard = performance.now();
    this.#isDoubtful = false;
  }

  /** It gave no sign of life for the timeout, but nobody asked over HTTP. */
  doubt(): void {
    this.#isDoubtful = true;
  }

  /** A request that began `since` ended without an answer. */
  miss(since: number): void {
    const vain = performance.now() - Math.max(since, this.#heard);
    if (this.#isDoubtful || vain >= this.#timeout * most) this.#silent.abort(this.#toError());
  }

  #isLost(): boolean {
    return this.#isDoubtful || this.#silent.signal.aborted;
  }

  #toError(): ExpectedError {
    const what = `the broker has not answered for ${this.#timeout / 1_000} s`;
    return new ExpectedError(what, { hint: 'see whether it is well, then run the same again' });
  }
}
