// Describes what is wrong with an input: where it is, and what to do about it.

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

/** The breach of a rule by an object whose place in a file isn't known yet. */
export interface Breach {
  /** Names the rule, such as `reserved-name`. */
  readonly code: string;
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
  /** The offending field, such as ['arguments', 'x-max-length']. */
  readonly path: readonly string[];
  /** Allowed if the live object already has exactly this name or argument. */
  readonly doubtful?: 'name' | 'argument';
}

/** An error that users can expect: shown without a stack, with what to do next. */
export class ExpectedError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, options: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/**
 * The file or the command line is wrong. Carries all problems, and the files' text for code frames.
 */
export class InvalidInput extends ExpectedError {
  readonly problems: readonly Problem[];
  readonly sources: ReadonlyMap<string, string>;
  constructor(problems: readonly Problem[], sources: ReadonlyMap<string, string> = new Map()) {
    super(problems.map((problem) => problem.message).join('; '));
    this.problems = problems;
    this.sources = sources;
  }
}
