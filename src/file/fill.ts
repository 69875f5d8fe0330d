// A value with its expressions filled in, checked against the schema: what is wrong with either, at once.
import { evaluate, type Hole } from './evaluate.ts';
import type { Lookup } from './expression.ts';
import type { FieldProblem, Path } from './locate.ts';

export interface Filled {
  readonly value: unknown;
  readonly isValid: boolean;
  /** May be empty for a value that isn't valid: a variable that is broken has told so itself. */
  readonly problems: readonly FieldProblem[];
}

type Check = (value: unknown) => readonly FieldProblem[];

/** `path` is where the value stands. Without a lookup, nothing in it is an expression. */
export function fillAndCheck(
  value: unknown,
  path: Path,
  lookup: Lookup | undefined,
  check: Check,
): Filled {
  if (lookup === undefined) return checked(value, [], check(value));
  const { value: filled, holes } = evaluate(value, path, lookup);
  return checked(filled, holes, check(filled));
}

function checked(
  value: unknown,
  holes: readonly Hole[],
  problems: readonly FieldProblem[],
): Filled {
  const isValid = holes.length === 0 && problems.length === 0;
  if (isValid || holes.length === 0) return { value, isValid, problems };
  const empty = new Set(holes.map((hole) => hole.path.join('\0')));
  const others = problems.filter((problem) => !empty.has(problem.path.join('\0')));
  return { value, isValid, problems: [...holes.flatMap(toProblems), ...others] };
}

function toProblems({ path, reason: { problem, expression } }: Hole): FieldProblem[] {
  return problem ? [{ ...problem, path, spot: { text: expression } }] : [];
}
