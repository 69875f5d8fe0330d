// Checks the shapes of the management API's answers before anything relies on them.

/** Says what is wrong with an answer; the client adds the request. */
export class WrongShape extends Error {}

type Check = (value: unknown) => boolean;
export type Shape<T> = { readonly [K in keyof T]-?: Check };

/** Any value: an import may store nonsense in a field, which concerns that object only. */
export const given: Check = (value) => value !== undefined;
export const text: Check = (value) => typeof value === 'string';
export const object: Check = (value) => typeof value === 'object' && value !== null;
export const anything: Check = () => true;
/** A field that the broker leaves out or sets to null if it doesn't know. */
export const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null || check(value);

export function parseRow<T extends object>(shape: Shape<T>): (answer: unknown) => T {
  const fields = Object.entries<Check>(shape);
  return (answer) => {
    if (!object(answer)) throw new WrongShape('no object');
    const row = answer as Record<string, unknown>;
    for (const [name, check] of fields) {
      if (!check(row[name])) throw new WrongShape(`no usable field ${name}`);
    }
    return answer as T;
  };
}

export function parseRows<T extends object>(shape: Shape<T>): (answer: unknown) => readonly T[] {
  const parse = parseRow(shape);
  return (answer) => {
    if (!Array.isArray(answer)) throw new WrongShape('no list');
    return answer.map(parse);
  };
}
