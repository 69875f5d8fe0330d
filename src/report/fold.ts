// Of a long plan, steps that are alike stand in one row. Alike are creates and replacements of one file whose difference and notes are
// equal, to the letter: what goes for good, is refused, or may hold messages has a row of its own, however many there are.
import { objectOf, sourceOf, type Step } from '../reconcile/step.ts';
import { count } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';
import { isBinding } from '../topology/object.ts';
import { patternOf, shapeOf } from './alike.ts';
import type { Row } from './row.ts';

/** A plan of no more rows is shown in full. */
const manyRows = 100;
/** So few that are alike are shown one by one. */
const few = 10;

/** A row, and the one step that it tells of. */
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
  return step.kind !== 'delete' && row.refusal === undefined && isIdle(step);
}

/** Known to hold nothing, and to serve nobody. */
function isIdle({ depth }: Step): boolean {
  if (depth === undefined) return true;
  return depth.kind === 'known' && depth.ready + depth.unacked + depth.consumers === 0;
}

/** What a person would be told of each of them, but for what tells them apart: the numbers in their names, and in new routing keys. */
function keyOf({ step, row }: StepRow): string {
  const object = objectOf(step);
  const binding = isBinding(object) ? object : undefined;
  const told = [row.what, row.notes, row.inside];
  const isNewBinding = binding !== undefined && step.kind === 'create';
  const what = isNewBinding ? [shapeOf(row.what), binding.arguments] : told;
  const place = [object.vhost, binding?.source ?? null, sourceOf(step)?.file ?? null];
  return renderJson([step.kind, object.kind, ...place, shapeOf(row.name), what]);
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

/** `a.yaml:4`, or `a.yaml:4–804` where each has a line of its own. */
function placeOfAll(group: readonly StepRow[]): string {
  const lines = group.flatMap(({ step }) => sourceOf(step)?.line ?? []);
  const [first, last] = [Math.min(...lines), Math.max(...lines)];
  const place = group[0]?.row.place ?? '';
  return first === last ? place : place.replace(/\d+$/, `${first}–${last}`);
}
