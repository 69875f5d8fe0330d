// Reads and validates a YAML file with one value, such as a job: all problems at once, with their
// places.
import type { ValidateFunction } from 'ajv';
import { InvalidInput, type Position, type Problem } from '../topology/problem.ts';
import { Findings } from './findings.ts';
import type { FieldProblem, Path } from './locate.ts';
import { OpenedFile } from './opened-file.ts';
import { parseWhole } from './parse-file.ts';
import { readSource } from './read-source.ts';
import { asJson } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';
import { toProblem, type Source } from './source.ts';

export interface DocumentKind<T> {
  readonly use: 'job' | 'sweep';
  /** Such as: a job file. */
  readonly name: string;
  /** May fill in defaults. */
  readonly validate: ValidateFunction<T>;
  /**
   * Checks what no schema can say, on the values as written: exact numbers, fields missing or
   * wrong.
   */
  readonly check: (given: Readonly<Record<string, unknown>>) => readonly FieldProblem[];
  /** Hints for problems of these codes, in place of those for topology files. */
  readonly hints: ReadonlyMap<string, string>;
}

export interface ReadDocument<T> {
  readonly value: T;
  readonly at: (path: Path) => Position;
  /** For code frames. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Throws InvalidInput. */
export async function readDocument<T>(
  path: string,
  kind: DocumentKind<T>,
): Promise<ReadDocument<T>> {
  try {
    return read(await readSource(path, kind.use), kind);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const problems = error.problems.map((problem) => withHint(problem, kind));
    throw new InvalidInput(problems, error.sources);
  }
}

function read<T>(source: Source, { use, name, validate, check }: DocumentKind<T>): ReadDocument<T> {
  const findings = new Findings();
  findings.add(source);
  const parsed = parseWhole(source, use);
  if (parsed.kind === 'faulty') {
    findings.problems.push(...parsed.faults.map((fault) => toProblem(source, fault)));
    findings.throwProblems();
  }
  const file = new OpenedFile((parsed as Extract<typeof parsed, { kind: 'parsed' }>).file);
  // Aliases share values; a default filled in at one place must not appear at another.
  const value: unknown = JSON.parse(JSON.stringify(asJson(file.parsed.head, true)));
  const isValid = validate(value);
  const problems = isValid ? [] : schemaProblems(validate.errors ?? [], [], { file: name });
  for (const { path, spot, ...problem } of [...problems, ...check(file.parsed.head)]) {
    findings.problems.push(file.problem(problem, path, spot));
  }
  findings.throwProblems();
  return { value: value as T, at: (path) => file.at(path), sources: findings.sources };
}

function withHint<T>(problem: Problem, { hints }: DocumentKind<T>): Problem {
  const hint = hints.get(problem.code);
  return hint === undefined ? problem : { ...problem, hint };
}
