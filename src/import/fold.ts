// Folds the instances of one resource into one entry with for_each, where that is exact.
import { isDeepStrictEqual } from 'node:util';
import { Spelled } from '../file/render-scalar.ts';
import type { Scalar } from '../file/scalar.ts';
import { canonical } from '../topology/value.ts';
import { Secret, type Entry, type Field, type FieldMap, type ImportedSection } from './entry.ts';
import { formOf, leavesOf, replaceLeaves, type Leaf } from './leaves.ts';
import { findTemplate, type Row } from './template.ts';
import { productsOf, type ForEach, type Product } from './variables.ts';

/** An entry as the file will have it: perhaps several of what was imported. */
export interface Folded {
  readonly section: ImportedSection;
  readonly fields: FieldMap;
  readonly forEach?: ForEach;
  readonly comments: readonly string[];
  /** The entries that it stands for. */
  readonly entries: readonly Entry[];
}

/** Each group stands where its first entry stood. */
export function fold(entries: readonly Entry[]): Folded[] {
  const groups = new Map<string, Entry[]>();
  for (const [index, entry] of entries.entries()) {
    const key = groupOf(entry) ?? String(index);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()].flatMap((group) => foldGroup(group) ?? group.map(asItIs));
}

function groupOf({ section, instance }: Entry): string | undefined {
  return instance && `${section} ${instance.group}`;
}

const asItIs = (entry: Entry): Folded => ({
  section: entry.section,
  fields: entry.fields,
  comments: entry.comments ?? [],
  entries: [entry],
});

function foldGroup(group: readonly Entry[]): Folded | undefined {
  const [first] = group;
  if (first === undefined || group.length < 2) return undefined;
  const leaves = group.map(({ fields }) => leavesOf(fields));
  const isAlike = new Set(leaves.map(formOf)).size === 1;
  const comments = commentsOf(group);
  if (!isAlike || comments === undefined) return undefined;
  const columns = columnsOf(leaves);
  if (columns === undefined) return undefined;
  const keys = group.flatMap(({ instance }) => (instance ? [instance.keys] : []));
  const found =
    firstOf(productsOf(keys), (product) => fit(columns, product)) ?? byRows(columns, group.length);
  if (found === undefined) return undefined;
  const { values, forEach } = found;
  const { section } = first;
  const fields = replaceLeaves(first.fields, values);
  return { section, fields, forEach, comments, entries: group };
}

/** Undefined unless all say the same. */
function commentsOf(group: readonly Entry[]): readonly string[] | undefined {
  const [first = [], ...others] = group.map(({ comments = [] }) => comments);
  return others.every((each) => isDeepStrictEqual(each, first)) ? first : undefined;
}

/** One leaf of all entries: the value that they share, or the value of each. */
type Column = { readonly path: Leaf['path'] } & (
  | { readonly kind: 'constant'; readonly value: Field }
  | { readonly kind: 'varying'; readonly values: readonly Scalar[] }
);

/** Undefined if something else than single values differs. */
function columnsOf(leaves: readonly (readonly Leaf[])[]): Column[] | undefined {
  const columns: Column[] = [];
  for (const [index, { path, value }] of (leaves[0] ?? []).entries()) {
    const values = leaves.map((row) => row[index]?.value ?? null);
    if (isOne(values)) columns.push({ path, kind: 'constant', value });
    else if (values.every(isScalar)) columns.push({ path, kind: 'varying', values });
    else return undefined;
  }
  return columns;
}

/** Whether all are the same value; so are secrets of one text, and one variable holds them. */
function isOne(values: readonly Field[]): boolean {
  const secrets = values.filter((value) => value instanceof Secret);
  if (secrets.length === 0) return new Set(values.map(canonical)).size === 1;
  const [first] = secrets;
  const isKnown = secrets.length === values.length && first?.text !== undefined;
  return (
    isKnown &&
    secrets.every(({ text, isShown }) => text === first.text && isShown === first.isShown)
  );
}

const isScalar = (value: Field): value is Scalar => typeof value !== 'object';

interface Fit {
  readonly values: readonly Field[];
  readonly forEach: ForEach;
}

/** With variables that are given; undefined if they don't explain all that differs. */
function fit(columns: readonly Column[], { rows, forEach }: Product): Fit | undefined {
  const values: Field[] = [];
  for (const column of columns) {
    const template =
      column.kind === 'varying' ? findTemplate(column.path, column.values, rows) : undefined;
    if (column.kind === 'constant') values.push(column.value);
    else if (template === undefined) return undefined;
    else values.push(new Spelled(template));
  }
  return { values, forEach };
}

/** More of them are harder to read than the entries themselves. */
const mostVariables = 3;

/** With a variable for each field that differs, unless the variables so far explain it. */
function byRows(columns: readonly Column[], count: number): Fit | undefined {
  const rows = Array.from({ length: count }, () => new Map<string, Scalar>());
  const values: Field[] = [];
  for (const column of columns) {
    const name = column.path.at(-1) ?? '';
    if (column.kind === 'constant') {
      values.push(column.value);
      continue;
    }
    const known = findTemplate(column.path, column.values, rows);
    if (known === undefined) {
      if (!mayBeVariable(name, rows)) return undefined;
      for (const [index, row] of rows.entries()) row.set(name, column.values[index] ?? null);
    }
    values.push(new Spelled(known ?? `\${${name}}`));
  }
  const names = [...(rows[0]?.keys() ?? [])];
  if (names.length >= rows.length) return undefined;
  return { values, forEach: names.length === 1 ? listOf(names[0] ?? '', rows) : rows };
}

const listOf = (name: string, rows: readonly Row[]): ForEach =>
  new Map([[name, rows.map((row) => row.get(name) ?? null)]]);

function mayBeVariable(name: string, [row]: readonly Row[]): boolean {
  const isFree = /^[A-Za-z_][\w-]*$/.test(name) && row?.has(name) === false;
  return isFree && row.size < mostVariables;
}

function firstOf<T, R>(list: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of list) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
