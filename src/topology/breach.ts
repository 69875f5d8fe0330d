// A rule that an object breaks, before it is known where the object was written.

export interface Breach {
  /** Names the rule, such as `reserved-name`. */
  readonly code: string;
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
  /** The field in question, such as ['arguments', 'x-max-length']. */
  readonly path: readonly string[];
  /** Only a problem if the live object doesn't have exactly this name or argument already. */
  readonly doubtful?: 'name' | 'argument';
}
