/** A text that never shows in logs, dumps or errors. */
export class Secret {
  #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  /** For all who hold it, such as connections that are opened later. */
  renew(text: string): void {
    this.#text = text;
  }
}
