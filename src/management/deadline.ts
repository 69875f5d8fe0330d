// Ends a request whose answer is not complete in time, however slowly bytes trickle in.

export class Deadline {
  /** Whether the answer has begun. */
  isAnswered = false;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  #passed: 'ANSWER_TOO_SLOW' | 'ETIMEDOUT' | undefined;

  /** `outer` ends the request, too. */
  constructor(milliseconds: number, outer: AbortSignal) {
    this.#outer = outer;
    this.#timer = setTimeout(this.#pass, milliseconds);
    outer.addEventListener('abort', this.#abort);
    if (outer.aborted) this.#abort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The code to report once the time has passed. */
  get passed(): 'ANSWER_TOO_SLOW' | 'ETIMEDOUT' | undefined {
    return this.#passed;
  }

  /** Starts the time again. */
  postpone(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    this.#controller.abort();
  };

  readonly #pass = (): void => {
    this.#passed = this.isAnswered ? 'ANSWER_TOO_SLOW' : 'ETIMEDOUT';
    this.#controller.abort();
  };
}
