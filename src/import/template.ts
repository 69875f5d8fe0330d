// Finds the text with variables that stands for a different text in each of several rows.
import { escapeExpressions, fillIn, renderText, Unfilled } from '../file/expression.ts';
import { stringFields } from '../file/fill.ts';
import type { Scalar } from '../file/scalar.ts';
import { canonical } from '../topology/value.ts';
import type { Leaf } from './leaves.ts';

/** The values of the variables in one row. */
export type Row = ReadonlyMap<string, Scalar>;

/** More occurrences of variables than this in one text are not told apart. */
const mostPlaces = 8;

/**
 * The text that gives the values of a leaf, one a row; undefined if there is none with these
 * variables. `values`: of one leaf, by row.
 */
export function findTemplate(
  path: Leaf['path'],
  values: readonly Scalar[],
  rows: readonly Row[],
): string | undefined {
  const fits = (template: string) =>
    rows.every((row, index) => isFilledWith(template, row, path, values[index] ?? null));
  return candidates(values[0] ?? null, rows[0] ?? new Map<string, Scalar>()).find(fits);
}

/** Exactly as a reader of the file fills it in: some fields take a number for its text. */
function isFilledWith(template: string, row: Row, path: Leaf['path'], value: Scalar): boolean {
  try {
    const filled = fillIn(template, (name) => ({ value: row.get(name) ?? null })).value;
    const isText = path.length === 1 && stringFields.has(path[0] ?? '');
    const found = isText && filled !== null ? renderText(filled) : filled;
    return canonical(found) === canonical(value) && typeof found === typeof value;
  } catch (error) {
    if (error instanceof Unfilled) return false;
    throw error;
  }
}

/** The most variables first. */
function candidates(value: Scalar, row: Row): string[] {
  if (typeof value !== 'string')
    return [...row].flatMap(([name, each]) =>
      canonical(each) === canonical(value) ? [`\${${name}}`] : [],
    );
  const places = placesIn(value, row).slice(0, mostPlaces);
  const choices = subsets(places).filter(isDisjoint);
  choices.sort((a, b) => b.length - a.length);
  return choices.filter((choice) => choice.length > 0).map((choice) => spell(value, choice));
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

function placesIn(text: string, row: Row): Place[] {
  const places: Place[] = [];
  for (const [name, value] of row) {
    const needle = value === null ? '' : renderText(value);
    if (needle === '') continue;
    for (let start = text.indexOf(needle); start >= 0; start = text.indexOf(needle, start + 1))
      places.push({ start, end: start + needle.length, name });
  }
  return places.sort((a, b) => a.start - b.start || b.end - a.end);
}

const subsets = (places: readonly Place[]): Place[][] =>
  places.reduce<Place[][]>((all, place) => [...all, ...all.map((some) => [...some, place])], [[]]);

const isDisjoint = (places: readonly Place[]): boolean =>
  places.every(({ end }, index) => end <= (places[index + 1]?.start ?? Infinity));

function spell(text: string, places: readonly Place[]): string {
  let spelled = '';
  let at = 0;
  for (const { start, end, name } of places) {
    spelled += `${escapeExpressions(text.slice(at, start))}\${${name}}`;
    at = end;
  }
  return spelled + escapeExpressions(text.slice(at));
}
