// A value with its expressions filled in, checked against the schema: what is wrong with either, at once.
import { evaluate, type Evaluated, type Hole } from './evaluate.ts';
import type { Lookup } from './expression.ts';
import type { FieldProblem, Path } from './locate.ts';

export interface Filled {
  readonly value: unknown;
  readonly isValid: boolean;
  /** May be empty for a value that isn't valid: a variable that is broken has told so itself. */
  readonly problems: readonly FieldProblem[];
}

/** `isFromEnvironment` says where the environment has a part in the value. */
type Check = (
  value: unknown,
  isFromEnvironment: (path: Path) => boolean,
) => readonly FieldProblem[];

/** `path` is where the value stands. Without a lookup, nothing in it is an expression. */
export function fillAndCheck(
  value: unknown,
  path: Path,
  lookup: Lookup | undefined,
  check: Check,
): Filled {
  if (lookup === undefined) return checked({ value, holes: [], fromEnvironment: [] }, check);
  return checked(evaluate(value, path, lookup), check);
}

function checked({ value, holes, fromEnvironment }: Evaluated, check: Check): Filled {
  const found = setOf(fromEnvironment);
  const problems = check(value, (path) => found.has(keyOf(path)));
  const isValid = holes.length === 0 && problems.length === 0;
  if (isValid || holes.length === 0) return { value, isValid, problems };
  const empty = setOf(holes.map(({ path }) => path));
  const others = problems.filter(({ path, spot }) => spot === 'key' || !empty.has(keyOf(path)));
  return { value, isValid, problems: [...holes.flatMap(toProblems), ...others] };
}

const keyOf = (path: Path): string => path.join('\0');
const setOf = (paths: readonly Path[]): Set<string> => new Set(paths.map(keyOf));

function toProblems({ path, reason: { problem, expression } }: Hole): FieldProblem[] {
  return problem ? [{ ...problem, path, spot: { text: expression } }] : [];
}
