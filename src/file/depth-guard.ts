// Stops deep nesting before the parser and the composer, which recurse, see it.

/** Far beyond what a file may have, and far below what a stack holds. */
const limit = 256;
/** What the lexer says before the text of a scalar. */
export const scalarFollows = '\u001f';

/** Follows the lexemes of one text and counts how many collections are open. */
export class DepthGuard {
  #flow = 0;
  /** The columns at which block levels that may still be open have started. */
  readonly #blocks: number[] = [];
  #column = 0;
  #inScalar = false;

  /** Whether this lexeme opens one level too many. */
  exceeds(lexeme: string): boolean {
    if (this.#inScalar) this.#inScalar = false;
    else this.#take(lexeme);
    this.#column = lexeme.endsWith('\n') ? 0 : this.#column + lexeme.length;
    return this.#flow + this.#blocks.length > limit;
  }

  #take(lexeme: string): void {
    switch (lexeme.charAt(0)) {
      case '[':
      case '{':
        this.#flow++;
        break;
      case ']':
      case '}':
        this.#flow = Math.max(0, this.#flow - 1);
        break;
      case scalarFollows:
        this.#inScalar = true;
        this.#openBlock(this.#column);
        this.#column -= lexeme.length;
        break;
      case '-':
      case '?':
      case '"':
      case "'":
        this.#openBlock(this.#column);
        break;
      default:
    }
  }

  #openBlock(column: number): void {
    if (this.#flow > 0) return;
    while ((this.#blocks.at(-1) ?? -1) >= column) this.#blocks.pop();
    this.#blocks.push(column);
  }
}
