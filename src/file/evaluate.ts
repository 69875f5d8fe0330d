// Fills in the expressions of a value, wherever they stand in it.
import type { Value } from '../topology/value.ts';
import { stringArguments } from '../topology/known-arguments.ts';
import { notAllowed } from './environment.ts';
import { fillIn, hasExpression, renderMeaning, Unfilled, type Lookup } from './expression.ts';
import type { Path } from './locate.ts';

export interface Evaluated {
  /** The value itself if it held no expression, else a copy. */
  readonly value: unknown;
  /** Where expressions have no value, and why. In their place is null. */
  readonly holes: readonly Hole[];
  /** Where the environment has a part in the value. */
  readonly fromEnvironment: readonly Path[];
}

export interface Hole {
  readonly path: Path;
  readonly reason: Unfilled;
}

/** `path` says where the value stands. */
export function evaluate(value: unknown, path: Path, lookup: Lookup): Evaluated {
  const walk = new Evaluation([...path], lookup);
  return { value: walk.fill(value), holes: walk.holes, fromEnvironment: walk.fromEnvironment };
}

class Evaluation {
  readonly holes: Hole[] = [];
  readonly fromEnvironment: Path[] = [];
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
      if (meaning.isFromEnvironment === true) this.fromEnvironment.push([...this.#path]);
      const isText = meaning.value !== null && isAlwaysText(this.#path);
      return isText ? renderMeaning(meaning) : meaning.value;
    } catch (error) {
      if (!(error instanceof Unfilled)) throw error;
      this.holes.push({ path: [...this.#path], reason: error });
      return null;
    }
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

/** The fields of every kind of entry that are never anything but text. */
export const stringFields: ReadonlySet<string> = new Set([
  ...['name', 'vhost', 'type', 'source', 'destination', 'destination_type', 'routing_key'],
  ...['description', 'default_queue_type', 'user', 'configure', 'write', 'read', 'exchange'],
  ...['password', 'password_hash', 'hashing_algorithm', 'pattern', 'apply-to', 'component'],
  'properties_key',
]);

const uris: ReadonlySet<string> = new Set(['uri', 'src-uri', 'dest-uri']);

/** A user's password, and the URIs of shovels and upstreams: whatever they hold is never shown. */
function isSecretField([section, , field, name]: Path): boolean {
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

/** Whether a number in this place is meant as text: vhost, patterns, names, roles, what is expected, some arguments. */
function isAlwaysText(path: Path): boolean {
  const [section, , field, argument] = path;
  if (textSections.has(String(section))) return true;
  if (path.length === 3) return stringFields.has(String(field));
  return path.length === 4 && field === 'arguments' && stringArguments.has(String(argument));
}
