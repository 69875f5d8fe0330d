// Watches whether the broker still answers. Requests in flight share one timeout instead of each
// waiting for its own.
import { setMaxListeners } from 'node:events';
import { ExpectedError } from '../topology/problem.ts';

/** Milliseconds to wait for a broker that seems to be gone. */
const brief = 5_000;
/** Share of the timeout: requests that wait in vain did not start in the same instant. */
const most = 0.9;

export class Hearing {
  readonly #timeout: number;
  readonly #silent = new AbortController();
  #heard = 0;
  #isDoubtful = false;

  /** `timeout`: milliseconds that the broker may be silent. */
  constructor(timeout: number) {
    this.#timeout = timeout;
    // Every request in flight listens.
    setMaxListeners(0, this.#silent.signal);
  }

  /** Aborted for good, with a reason to show, once the broker has been silent for the timeout. */
  get silent(): AbortSignal {
    return this.#silent.signal;
  }

  /** Milliseconds that the next request may wait. */
  patience(): number {
    return this.#isLost() ? Math.min(brief, this.#timeout) : this.#timeout;
  }

  /** Notes a sign of life. */
  hear(): void {
    this.#heard = performance.now();
    this.#isDoubtful = false;
  }

  /** Notes that AMQP saw no sign of life for the timeout, while HTTP was not in use. */
  doubt(): void {
    this.#isDoubtful = true;
  }

  /** Notes that a request begun at `since` ended without an answer. */
  miss(since: number): void {
    const vain = performance.now() - Math.max(since, this.#heard);
    if (this.#isDoubtful || vain >= this.#timeout * most) this.#silent.abort(this.#toError());
  }

  #isLost(): boolean {
    return this.#isDoubtful || this.#silent.signal.aborted;
  }

  #toError(): ExpectedError {
    const what = `the broker has not answered for ${this.#timeout / 1_000} s`;
    return new ExpectedError(what, { hint: 'check the broker, then run the same command again' });
  }
}
