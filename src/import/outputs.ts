// Outputs: those of one value go into the file, lists and maps of such value by value.
import { isRecord } from '../topology/json.ts';
import { Float, type Value } from '../topology/value.ts';
import { Secret, type Entry } from './entry.ts';
import { secretsIn } from './secrets.ts';

interface Output {
  readonly name: string;
  readonly value: unknown;
  readonly isSensitive: boolean;
}

interface Outputs {
  readonly values: ReadonlyMap<string, Value>;
  readonly remarks: readonly string[];
}

/** What repeats a secret of an entry is left out, whatever it is marked as. */
export function outputsOf(outputs: readonly Output[], entries: readonly Entry[]): Outputs {
  const secrets = entries
    .flatMap(({ fields }) => secretsIn(fields))
    .flatMap(({ text }) => text ?? []);
  const values = new Map<string, Value>();
  const remarks: string[] = [];
  for (const { name, value, isSensitive } of outputs) {
    const found = flatten(name, value);
    const why = isSensitive ? 'it is sensitive' : reasonAgainst(found, secrets);
    if (why === undefined) for (const [each, scalar] of found) values.set(each, scalar as Value);
    else remarks.push(`output ${name} is left out: ${why}`);
  }
  return { values, remarks };
}

function reasonAgainst(
  found: readonly (readonly [string, unknown])[],
  secrets: readonly string[],
): string | undefined {
  if (found.length === 0) return 'it is empty';
  if (!found.every(([, value]) => isScalar(value))) return 'it has no single value';
  const isSecret = found.some(([, value]) => value instanceof Secret || repeats(value, secrets));
  return isSecret ? 'it holds a secret' : undefined;
}

const deepest = 2;

/** `queues: [a, b]` becomes `queues.0: a`, `queues.1: b`. */
function flatten(name: string, value: unknown, depth = 0): (readonly [string, unknown])[] {
  const isNested = Array.isArray(value) || isRecord(value);
  if (!isNested || value instanceof Secret || depth === deepest) return [[name, value]];
  return Object.entries(value).flatMap(([key, item]) => flatten(`${name}.${key}`, item, depth + 1));
}

function isScalar(value: unknown): boolean {
  if (value === null || value instanceof Secret || value instanceof Float) return true;
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

/** A short one says little; of a URI with a password, nothing may be shown. */
const shortest = 4;
const uriWithPassword = /:\/\/[^/\s]*:[^/\s]*@/;

function repeats(value: unknown, secrets: readonly string[]): boolean {
  if (typeof value !== 'string') return false;
  if (uriWithPassword.test(value)) return true;
  return secrets.some(
    (secret) => secret === value || (secret.length >= shortest && value.includes(secret)),
  );
}
