// What is wrong with an input: said with place and remedy, and all at once.

/** A place in a file; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

export interface Problem {
  /** Names the check, such as `duplicate-declaration`. */
  readonly code: string;
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  readonly at?: Position;
}

/** An error that people are expected to meet: shown without a stack, with what to do next. */
export class ExpectedError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** The file or the command line is wrong. Carries every problem, and the text of the files for code frames. */
export class InvalidInput extends ExpectedError {
  readonly problems: readonly Problem[];
  readonly sources: ReadonlyMap<string, string>;
  constructor(problems: readonly Problem[], sources: ReadonlyMap<string, string> = new Map()) {
    super(problems.map((problem) => problem.message).join('; '));
    this.problems = problems;
    this.sources = sources;
  }
}
