// Warns of what is not believed: of the first few by name, then in counts, so that ten thousand
// names make a few lines.

/** Names beyond are not told apart any more. */
const most = 10_000;
/** How many are named; after that only counts: ten, a hundred, … */
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

  /** `what`: a sentence for the warning. */
  note(name: string, what: string): void {
    if (this.#names.has(name) || this.#names.size >= most) return;
    this.#names.add(name);
    const { count } = this;
    if (count <= named) this.#onWarning(what);
    else if (Number.isInteger(Math.log10(count)))
      this.#onWarning(`${count} like this by now: ${what}`);
  }
}
