// Finds, compares and removes the secrets in the values of parameters.
import { isRecord } from './json.ts';
import { Secret } from './secret.ts';
import { canonical, toValue, type Value } from './value.ts';
import { holdsSecret, readVeiled, Veiled } from './veiled.ts';

/** Maps the texts and the secrets in a value, each with the name of its field; copies on change. */
export function mapTexts(
  value: Value,
  map: (text: string | Veiled, name: string) => Value,
  name = '',
): Value {
  if (typeof value === 'string' || value instanceof Veiled) return map(value, name);
  if (Array.isArray(value)) return (value as Value[]).map((item) => mapTexts(item, map, name));
  if (!(value instanceof Map)) return value;
  const entries = [...(value as ReadonlyMap<string, Value>)];
  return new Map(entries.map(([key, item]) => [key, mapTexts(item, map, key)]));
}

/** `of`: the name of what has the value: `api_token` makes a secret of a text. */
export const veil = (value: Value, of: string): Value =>
  mapTexts(
    value,
    (text, name) =>
      typeof text === 'string' && holdsSecret(text, name)
        ? new Veiled({ text: new Secret(text) })
        : text,
    of,
  );

/** The whole value, for the broker. */
export const unveil = (value: Value): Value =>
  mapTexts(value, (text) => (text instanceof Veiled ? reveal(text) : text));

function reveal({ text }: Veiled): string {
  if (text === undefined) throw new Error('a saved plan is applied without its secrets');
  return text.reveal();
}

/** Whether two values are equal; a secret that only the broker knows equals any other. */
export function isSameValue(a: Value, b: Value): boolean {
  if (a instanceof Veiled || b instanceof Veiled) return isSameText(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    const others = b as readonly Value[];
    const isSame = (one: Value, index: number) => isSameValue(one, others[index] ?? null);
    return a.length === b.length && (a as readonly Value[]).every(isSame);
  }
  if (!(a instanceof Map && b instanceof Map)) return canonical(a) === canonical(b);
  const [left, right] = [a, b] as [ReadonlyMap<string, Value>, ReadonlyMap<string, Value>];
  return (
    left.size === right.size &&
    [...left].every(([key, one]) => {
      const other = right.get(key);
      return other !== undefined && isSameValue(one, other);
    })
  );
}

function isSameText(a: Value, b: Value): boolean {
  if (isUnknown(a) || isUnknown(b)) return a instanceof Veiled && b instanceof Veiled;
  return textOf(a) === textOf(b);
}

const isUnknown = (value: Value): boolean => value instanceof Veiled && value.text === undefined;
const textOf = (value: Value): Value =>
  value instanceof Veiled ? (value.text?.reveal() ?? null) : value;

/** Marks the secrets that are as before, and says where they come from. */
export function withKept(after: Value, before: Value): Value {
  if (after instanceof Veiled) {
    if (!isSameText(after, before)) return after;
    const from = after.from ?? (before instanceof Veiled ? before.from : undefined);
    return after.with({ isKept: true, from });
  }
  if (Array.isArray(after)) {
    const others: readonly Value[] = Array.isArray(before) ? (before as readonly Value[]) : [];
    return (after as readonly Value[]).map((one, index) => withKept(one, others[index] ?? null));
  }
  if (!(after instanceof Map)) return after;
  const others = before instanceof Map ? (before as ReadonlyMap<string, Value>) : undefined;
  const entries = [...(after as ReadonlyMap<string, Value>)];
  return new Map(entries.map(([key, one]) => [key, withKept(one, others?.get(key) ?? null)]));
}

/** Whether there is a secret in it. */
export function isVeiled(value: Value): boolean {
  let found = false;
  mapTexts(value, (text) => {
    found ||= text instanceof Veiled;
    return text;
  });
  return found;
}

/** For formats that can't name a variable: leaves out what is secret in each text. */
export const strip = (value: Value): Value =>
  mapTexts(value, (text) => (text instanceof Veiled ? stripText(text.text?.reveal() ?? '') : text));

const stripText = (text: string): string =>
  text.includes('://')
    ? text.replace(/:\/\/[^?]*@/s, '://').replace(/([?&])password=[^&]*&?/gi, '$1')
    : '';

/** Reads the value of a saved plan. */
export function readSaved(value: unknown): Value {
  const veiled = readVeiled(value);
  if (veiled !== undefined) return veiled;
  if (Array.isArray(value)) return value.map(readSaved);
  if (!isRecord(value)) return toValue(value);
  return new Map(Object.entries(value).map(([key, item]) => [key, readSaved(item)]));
}
