// Fills in the expressions of a value, checks it against the schema, and reports both at once.
import {
  type Lookup,
  type Meaning,
  fillIn,
  hasExpression,
  renderMeaning,
  Unfilled,
} from './expression.ts';
import type { FieldProblem, Path } from './locate.ts';
import type { Value } from '../topology/value.ts';
import { stringArguments } from '../topology/known-arguments.ts';
import { notAllowed } from './environment.ts';

export interface Filled {
  readonly value: unknown;
  readonly isValid: boolean;
  /** May be empty for an invalid value: a broken variable is reported where it is declared. */
  readonly problems: readonly FieldProblem[];
  /** Where it is invalid; a field that an entry lacks has no place. */
  readonly unsound: readonly Path[];
  readonly kept: Kept;
}

/** Secret fields that take their value from the environment: texts that still have `${env:…}`. */
export type Kept = readonly { readonly path: Path; readonly text: string }[];

/** `isFromEnvironment`: whether the environment has a part in the value there. */
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
  const nothing = { holes: [], fromEnvironment: [], kept: [] };
  if (lookup === undefined) return checked({ value, ...nothing }, check);
  return checked(evaluate(value, path, lookup), check);
}

function checked({ value, holes, fromEnvironment, kept }: Evaluated, check: Check): Filled {
  const found = setOf(fromEnvironment);
  const problems = check(value, (path) => found.has(keyOf(path)));
  const isValid = holes.length === 0 && problems.length === 0;
  const present = problems.filter(({ code, path }) => code !== 'missing-field' || path.length > 2);
  const unsound = [...holes, ...present].map(({ path }) => path);
  if (isValid || holes.length === 0) return { value, isValid, problems, unsound, kept };
  const empty = setOf(holes.map(({ path }) => path));
  const others = problems.filter(({ path, spot }) => spot === 'key' || !empty.has(keyOf(path)));
  return { value, isValid, problems: [...holes.flatMap(toProblems), ...others], unsound, kept };
}

const keyOf = (path: Path): string => path.join('\0');
const setOf = (paths: readonly Path[]): Set<string> => new Set(paths.map(keyOf));

function toProblems({ path, reason: { problem, expression } }: Hole): FieldProblem[] {
  return problem ? [{ ...problem, path, spot: { text: expression } }] : [];
}

interface Evaluated {
  /** The value itself if it held no expression, else a copy. */
  readonly value: unknown;
  /** Where an expression has no value, and why. Null stands in its place. */
  readonly holes: readonly Hole[];
  /** Where the environment has a part in the value. */
  readonly fromEnvironment: readonly Path[];
  readonly kept: Kept;
}

interface Hole {
  readonly path: Path;
  readonly reason: Unfilled;
}

/** `path`: where the value stands. */
function evaluate(value: unknown, path: Path, lookup: Lookup): Evaluated {
  const walk = new Evaluation([...path], lookup);
  const { holes, fromEnvironment, kept } = walk;
  return { value: walk.fill(value), holes, fromEnvironment, kept };
}

class Evaluation {
  readonly holes: Hole[] = [];
  readonly fromEnvironment: Path[] = [];
  readonly kept: { path: Path; text: string }[] = [];
  readonly #path: (string | number)[];
  readonly #lookup: Lookup;

  constructor(path: (string | number)[], lookup: Lookup) {
    this.#path = path;
    this.#lookup = (name) => {
      const meaning = lookup(name);
      if (meaning.secretOf === undefined || isSecretField(this.#path)) return meaning;
      throw notAllowed(meaning.secretOf);
    };
  }

  fill(value: unknown): unknown {
    if (typeof value === 'string') return hasExpression(value) ? this.#fillText(value) : value;
    if (value === null || typeof value !== 'object') return value;
    return Array.isArray(value) ? this.#fillList(value) : this.#fillMap(value);
  }

  #fillText(text: string): Value {
    try {
      const meaning = fillIn(text, this.#lookup);
      if (meaning.isFromEnvironment === true) this.#note(meaning);
      const isText = meaning.value !== null && isAlwaysText(this.#path);
      return isText ? renderMeaning(meaning) : meaning.value;
    } catch (error) {
      if (!(error instanceof Unfilled)) throw error;
      this.holes.push({ path: [...this.#path], reason: error });
      return null;
    }
  }

  #note({ unresolved }: Meaning): void {
    const path = [...this.#path];
    this.fromEnvironment.push(path);
    if (unresolved !== undefined && isSecretField(path)) this.kept.push({ path, text: unresolved });
  }

  #fillList(list: readonly unknown[]): readonly unknown[] {
    const filled = list.map((item, index) => this.#fillAt(index, item));
    return filled.some((item, index) => item !== list[index]) ? filled : list;
  }

  #fillMap(map: object): object {
    let copy: Record<string, unknown> | undefined;
    for (const [name, value] of Object.entries(map)) {
      const filled = this.#fillAt(name, value);
      if (filled !== value) (copy ??= { ...map })[name] = filled;
    }
    return copy ?? map;
  }

  #fillAt(part: string | number, value: unknown): unknown {
    this.#path.push(part);
    const filled = this.fill(value);
    this.#path.pop();
    return filled;
  }
}

/** Fields that are text in every kind of entry. */
export const stringFields: ReadonlySet<string> = new Set([
  ...['name', 'vhost', 'type', 'source', 'destination', 'destination_type', 'routing_key'],
  ...['description', 'default_queue_type', 'user', 'configure', 'write', 'read', 'exchange'],
  ...['password', 'password_hash', 'hashing_algorithm', 'pattern', 'apply-to', 'component'],
  ...['password_file'],
  'properties_key',
  'renamed_from',
]);

const uris: ReadonlySet<string> = new Set(['uri', 'src-uri', 'dest-uri']);

/** Passwords, and the URIs of shovels and upstreams: their values are never shown. */
export function isSecretField([section, , field, name]: Path): boolean {
  if (section === 'users') return field === 'password' || field === 'password_hash';
  return section === 'parameters' && field === 'value' && uris.has(String(name));
}

const textSections: ReadonlySet<string> = new Set([
  'vhost',
  'manage',
  'protect',
  'harness',
  'expect',
]);

/**
 * Whether a number here is meant as text: in vhost, patterns, names, roles, expectations and some
 * arguments.
 */
function isAlwaysText(path: Path): boolean {
  const [section, , field, argument] = path;
  if (textSections.has(String(section))) return true;
  if (path.length === 3) return stringFields.has(String(field));
  if (path.length === 4 && field === 'routing_keys') return true;
  return path.length === 4 && field === 'arguments' && stringArguments.has(String(argument));
}
