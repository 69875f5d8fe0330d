// Reads expressions token by token.

/** Where and why an expression is invalid; `at` counts bytes. */
export interface Fault {
  readonly at: number;
  readonly what: string;
}

/** Undefined to go on after the token, or where to go on. */
type Meaning = number | Fault | 'unsure' | undefined;

/** A sticky expression, and what it means if it matches. */
export type Token<State> = readonly [
  expression: RegExp,
  meaning: (state: State, at: number, match: RegExpExecArray) => Meaning,
];

/** Reads the token at this place: the first that matches counts. */
export function readToken<State>(
  tokens: readonly Token<State>[],
  state: State,
  text: string,
  at: number,
): Exclude<Meaning, undefined> {
  for (const [expression, meaning] of tokens) {
    expression.lastIndex = at;
    const match = expression.exec(text);
    if (match) return meaning(state, at, match) ?? at + match[0].length;
  }
  return 'unsure';
}
