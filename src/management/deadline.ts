// Ends a request whose answer is not whole in time, however slowly bytes still come in.
import type { Outcome } from './transport.ts';

export class Deadline {
  /** Whether the answer has begun. */
  isAnswered = false;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  #passed: Outcome | undefined;

  /** `outer`: ends the request, too. */
  constructor(milliseconds: number, outer: AbortSignal) {
    this.#outer = outer;
    this.#timer = setTimeout(this.#pass, milliseconds);
    outer.addEventListener('abort', this.#abort);
    if (outer.aborted) this.#abort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the request came to, once the time has passed. */
  get passed(): Outcome | undefined {
    return this.#passed;
  }

  /** It begins again. */
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
    const code = this.isAnswered ? 'ANSWER_TOO_SLOW' : 'ETIMEDOUT';
    this.#passed = { kind: 'unanswered', code, detail: '' };
    this.#controller.abort();
  };
}
