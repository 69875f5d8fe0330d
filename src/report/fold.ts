// Folds similar steps of a long plan into one row: creates and replacements of one file with
// exactly the same difference and notes. A step that deletes, is refused, or may affect messages
// always has a row of its own.
import { objectOf, sourceOf, type Step } from '../reconcile/step.ts';
import { count } from '../topology/count.ts';
import { isBinding } from '../topology/object.ts';
import { canonical } from '../topology/value.ts';
import type { Row } from './row.ts';

/** Shows plans up to this many rows in full. */
const manyRows = 100;
/** Shows up to this many similar steps one by one. */
const few = 10;

/** A row of a single step. */
export interface StepRow {
  readonly step: Step;
  readonly row: Row;
}

export function fold(rows: readonly StepRow[]): Row[] {
  if (rows.length <= manyRows) return rows.map(({ row }) => row);
  const keys = new Map(rows.map((one) => [one, isFoldable(one) ? keyOf(one) : undefined]));
  const groups = new Map<string, StepRow[]>();
  for (const [one, key] of keys) {
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...keys].flatMap(([one, key]) => {
    const group = groups.get(key ?? '') ?? [];
    if (group.length <= few) return [one.row];
    return group[0] === one ? [merge(group)] : [];
  });
}

function isFoldable({ step, row }: StepRow): boolean {
  return step.kind !== 'delete' && row.refusals.length === 0 && isIdle(step);
}

/** Known to be empty and unused. */
function isIdle({ depth }: Step): boolean {
  if (depth === undefined) return true;
  return depth.kind === 'known' && depth.ready + depth.unacked + depth.consumers === 0;
}

/**
 * Everything shown about a step, except what distinguishes similar ones: the numbers in names, and
 * in new routing keys.
 */
function keyOf({ step, row }: StepRow): string {
  const object = objectOf(step);
  const binding = isBinding(object) ? object : undefined;
  const told = [row.what, row.notes, row.inside];
  const isNewBinding = binding !== undefined && step.kind === 'create';
  const what = isNewBinding ? [shapeOf(row.what), canonical(binding.arguments)] : told;
  const place = [object.vhost, binding?.source ?? null, sourceOf(step)?.file ?? null];
  return JSON.stringify([step.kind, object.kind, ...place, shapeOf(row.name), what]);
}

function merge(group: readonly StepRow[]): Row {
  const rows = group.map(({ row }) => row);
  const [first] = rows;
  if (first === undefined) throw new Error('no rows to merge');
  return {
    ...first,
    steps: rows.length,
    name: `${count(rows.length)} × ${patternOf(rows.map(({ name }) => name))}`,
    what: patternOf(rows.map(({ what }) => what)),
    place: placeOfAll(group),
  };
}

/** Such as `a.yaml:4`, or `a.yaml:4–804` if each has its own line. */
function placeOfAll(group: readonly StepRow[]): string {
  const lines = group.flatMap(({ step }) => sourceOf(step)?.line ?? []);
  const [first, last] = [Math.min(...lines), Math.max(...lines)];
  const place = group[0]?.row.place ?? '';
  return first === last ? place : place.replace(/\d+$/, `${first}–${last}`);
}

/** The parts in which similar texts may differ: UUIDs, hashes, numbers. */
const varying = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{8,}|\d+/gi;

/** Equal for similar texts. */
export const shapeOf = (text: string): string => text.replace(varying, '*');

/** Returns one pattern for texts of one shape; parts equal in all of them are kept. */
export function patternOf(texts: readonly string[]): string {
  const [first = '', ...rest] = texts;
  const others = rest.map((text) => text.match(varying) ?? []);
  let nth = -1;
  return first.replace(varying, (part) => {
    nth++;
    return others.every((parts) => parts[nth] === part) ? part : '*';
  });
}
