// Rules for arguments that RabbitMQ refuses, or stores but never reads.
import { nearest } from './did-you-mean.ts';
import type { Kind } from './object.ts';
import type { Breach } from './problem.ts';
import { quote } from './quote.ts';
import type { Table, Value } from './value.ts';

interface WithArguments {
  readonly arguments: Table;
}

/**
 * Makes the rule that finds a kind's unknown arguments: RabbitMQ stores them but never reads them.
 */
export const unknownArguments =
  (kind: Kind, known: ReadonlySet<string>) =>
  ({ arguments: table }: WithArguments): Breach[] =>
    [...table.keys()]
      .filter((name) => isStray(name, kind, known))
      .map((name) => unknown(kind, name, known));

/** The same, but only those that look like a known one: a plugin may know others. */
export const misspelledArguments =
  (kind: Kind, known: ReadonlySet<string>) =>
  ({ arguments: table }: WithArguments): Breach[] =>
    [...table.keys()]
      .filter((name) => isStray(name, kind, known) && meantBy(name, known) !== undefined)
      .map((name) => unknown(kind, name, known));

/** Names are case-sensitive. A binding may match on any header, so only a near miss is an error. */
function isStray(name: string, kind: Kind, names: ReadonlySet<string>): boolean {
  if (names.has(name)) return false;
  if (name.startsWith('x-') || misspelled(name, names)) return true;
  if (kind === 'binding') return false;
  return /^x-/i.test(name) || nearest(name.toLowerCase(), withoutPrefix(names)) !== undefined;
}

/** Finds the known name if only case or the x- is wrong. */
function misspelled(name: string, names: ReadonlySet<string>): string | undefined {
  const lower = name.toLowerCase();
  return [lower, `x-${lower}`].find((each) => names.has(each));
}

const meantBy = (name: string, names: ReadonlySet<string>): string | undefined =>
  misspelled(name, names) ?? nearest(name.toLowerCase(), names);

const withoutPrefix = (names: ReadonlySet<string>): string[] =>
  [...names].filter((name) => !name.startsWith('x-'));

function unknown(kind: Kind, name: string, names: ReadonlySet<string>): Breach {
  const meant = meantBy(name, names);
  return {
    code: 'unknown-argument',
    message: `RabbitMQ does not know the ${kind} argument ${quote(name)}`,
    hint: meant ? `did you mean ${meant}?` : 'RabbitMQ would store it but never read it; remove it',
    path: ['arguments', name],
    doubtful: 'argument',
  };
}

/**
 * The management API answers 400 null_not_allowed, and 500 for a binding; it lists a null that AMQP
 * declared as the text "undefined".
 */
export function nullArguments({ arguments: table }: WithArguments): Breach[] {
  return [...table].flatMap(([name, value]) => {
    const path = pathToNull(value);
    if (path === undefined) return [];
    return {
      code: 'null-argument',
      message: `${name} ${path.length === 0 ? 'is' : 'holds'} null`,
      hint: 'RabbitMQ refuses null; write a value, or leave it out',
      path: ['arguments', name, ...path],
    };
  });
}

function pathToNull(value: Value): string[] | undefined {
  if (value === null) return [];
  const items = Array.isArray(value) ? value.entries() : value instanceof Map ? value : [];
  for (const [key, item] of items as Iterable<[string | number, Value]>) {
    const path = pathToNull(item);
    if (path) return [String(key), ...path];
  }
  return undefined;
}
