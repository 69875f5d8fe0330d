// Fills in the expressions of a value, wherever they stand in it.
import type { Value } from '../topology/value.ts';
import { stringArguments } from '../topology/known-arguments.ts';
import { fillIn, hasExpression, renderText, Unfilled, type Lookup } from './expression.ts';
import type { Path } from './locate.ts';

/** Tells why the expression at a path has no value. */
export type Unfillable = (path: Path, reason: Unfilled) => void;

/** The value itself if it holds no expression, else a copy. `path` says where it stands. */
export function evaluate(value: unknown, path: Path, lookup: Lookup, fail: Unfillable): unknown {
  return fill(value, [...path], lookup, fail);
}

function fill(
  value: unknown,
  path: (string | number)[],
  lookup: Lookup,
  fail: Unfillable,
): unknown {
  if (typeof value === 'string') {
    return hasExpression(value) ? fillText(value, path, lookup, fail) : value;
  }
  if (value === null || typeof value !== 'object') return value;
  return Array.isArray(value)
    ? fillList(value, path, lookup, fail)
    : fillMap(value as Record<string, unknown>, path, lookup, fail);
}

function fillText(text: string, path: Path, lookup: Lookup, fail: Unfillable): Value {
  try {
    const value = fillIn(text, lookup);
    return value !== null && isAlwaysText(path) ? renderText(value) : value;
  } catch (error) {
    if (!(error instanceof Unfilled)) throw error;
    fail([...path], error);
    return null;
  }
}

function fillList(
  list: readonly unknown[],
  path: (string | number)[],
  lookup: Lookup,
  fail: Unfillable,
): readonly unknown[] {
  const filled = list.map((item, index) => {
    path.push(index);
    const value = fill(item, path, lookup, fail);
    path.pop();
    return value;
  });
  return filled.some((item, index) => item !== list[index]) ? filled : list;
}

function fillMap(
  map: Record<string, unknown>,
  path: (string | number)[],
  lookup: Lookup,
  fail: Unfillable,
): object {
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(map)) {
    path.push(name);
    const filled = fill(map[name], path, lookup, fail);
    path.pop();
    if (filled === map[name]) continue;
    copy ??= { ...map };
    copy[name] = filled;
  }
  return copy ?? map;
}

/** The fields of every kind of entry that are never anything but text. */
export const stringFields: ReadonlySet<string> = new Set([
  ...['name', 'vhost', 'type', 'source', 'destination', 'destination_type', 'routing_key'],
  ...['description', 'default_queue_type', 'user', 'configure', 'write', 'read', 'exchange'],
  ...['password', 'password_hash', 'hashing_algorithm', 'pattern', 'apply-to', 'component'],
]);

/** Whether a number in this place is meant as text: vhost, patterns, names, some arguments. */
function isAlwaysText(path: Path): boolean {
  const [section, , field, argument] = path;
  if (section === 'vhost' || section === 'manage' || section === 'protect') return true;
  if (path.length === 3) return stringFields.has(String(field));
  return path.length === 4 && field === 'arguments' && stringArguments.has(String(argument));
}
