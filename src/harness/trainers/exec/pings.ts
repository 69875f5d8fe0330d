// Asks a trainer now and then whether it listens. Silence only deserves a warning: an interpreter
// may be busy training.
interface Asking {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  /** Sends a ping and returns its number. */
  readonly send: () => number;
  readonly warn: (text: string) => void;
}

export class Pings {
  readonly #asking: Asking;
  readonly #timer: NodeJS.Timeout;
  /** At most one: a trainer that doesn't read must not fill the memory. */
  #open: { readonly request: number; readonly since: number; hasWarned: boolean } | undefined;

  constructor(asking: Asking) {
    this.#asking = asking;
    this.#timer = setInterval(() => this.#tick(), asking.pingIntervalMs).unref();
  }

  onPong(request: number): void {
    if (this.#open?.request === request) this.#open = undefined;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (this.#open === undefined) {
      this.#open = { request: this.#asking.send(), since: performance.now(), hasWarned: false };
      return;
    }
    const silent = performance.now() - this.#open.since;
    if (this.#open.hasWarned || silent < this.#asking.pingTimeoutMs) return;
    this.#open.hasWarned = true;
    this.#asking.warn(`the trainer has not answered a ping for ${Math.round(silent / 1000)} s`);
  }
}
