// Takes entries apart into their single values, and puts them together again with others.
import type { Field, FieldMap } from './entry.ts';

export interface Leaf {
  /** Such as ['arguments', 'x-max-length']. */
  readonly path: readonly string[];
  /** No map and no list, but for empty ones. */
  readonly value: Field;
}

export function leavesOf(fields: FieldMap): Leaf[] {
  return [...fields].flatMap(([name, field]) => leavesIn(field, [name]));
}

function leavesIn(field: Field, path: readonly string[]): Leaf[] {
  if (isMap(field)) return [...field].flatMap(([name, item]) => leavesIn(item, [...path, name]));
  if (isList(field))
    return field.flatMap((item, index) => leavesIn(item, [...path, String(index)]));
  return [{ path, value: field }];
}

/** `values`: as many as there are leaves, in their order. */
export function replaceLeaves(fields: FieldMap, values: readonly Field[]): FieldMap {
  const rest = [...values].reverse();
  return new Map([...fields].map(([name, field]) => [name, replaceIn(field, rest)]));
}

/** Takes from the end. */
function replaceIn(field: Field, rest: Field[]): Field {
  if (isMap(field)) return new Map([...field].map(([name, item]) => [name, replaceIn(item, rest)]));
  if (isList(field)) return field.map((item) => replaceIn(item, rest));
  return rest.pop() ?? null;
}

const isMap = (field: Field): field is FieldMap => field instanceof Map && field.size > 0;
const isList = (field: Field): field is readonly Field[] =>
  Array.isArray(field) && field.length > 0;

/** Entries have the same form if they differ in their single values only. */
export const formOf = (leaves: readonly Leaf[]): string =>
  JSON.stringify(leaves.map(({ path }) => path));
