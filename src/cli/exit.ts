/** The exit code of every outcome. */
export const exit = {
  done: 0,
  error: 1,
  /** Only with --detailed-exitcode. */
  changes: 2,
  input: 3,
  refused: 4,
  stale: 5,
  partial: 6,
  /** All was done and can't be undone; only the report is lost. */
  unreported: 7,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;
