// What is heard of and not believed: told of one by one at first, then counted, so that ten thousand names are a few lines.

/** Names beyond are not told apart any more. */
const most = 10_000;
/** So many are told of by name; then only that there are ten, a hundred, … */
const named = 3;

export class Strangers {
  readonly #names = new Set<string>();
  readonly #onWarning: (message: string) => void;

  constructor(onWarning: (message: string) => void) {
    this.#onWarning = onWarning;
  }

  /** How many names there were. */
  get count(): number {
    return this.#names.size;
  }

  /** `what`: a sentence, for where it is told. */
  note(name: string, what: string): void {
    if (this.#names.has(name) || this.#names.size >= most) return;
    this.#names.add(name);
    const { count } = this;
    if (count <= named) this.#onWarning(what);
    else if (Number.isInteger(Math.log10(count)))
      this.#onWarning(`${count} like this by now: ${what}`);
  }
}
