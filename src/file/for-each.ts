// Expands for_each into rows of variables: its entry is repeated for each row.
import { count } from '../topology/count.ts';
import { quote } from '../topology/quote.ts';
import type { Problem } from '../topology/problem.ts';
import type { Value } from '../topology/value.ts';
import { renderText } from './expression.ts';

export interface Row {
  readonly values: ReadonlyMap<string, Value>;
}

/** The most entries that a range, a template or all files together may make. */
export const mostEntries = 1_000_000;

export class BadForEach extends Error {
  readonly problem: Problem;
  /** Where in for_each. */
  readonly path: readonly string[];
  constructor(problem: Problem, path: readonly string[] = []) {
    super(problem.message);
    this.problem = problem;
    this.path = path;
  }
}

/** A for_each that is valid by the schema. Throws BadForEach. */
export type ForEach = Readonly<Record<string, Value>> | readonly Readonly<Record<string, Value>>[];

export function expandRows(forEach: ForEach): Row[] {
  return expand(forEach).map((values) => ({ values }));
}

function expand(forEach: ForEach): Row['values'][] {
  if (isRows(forEach)) return forEach.map((row) => new Map(Object.entries(row)));
  let rows: Row['values'][] = [new Map()];
  for (const [name, values] of Object.entries(forEach)) {
    const list = typeof values === 'string' ? expandRange(values, name) : (values as Value[]);
    if (rows.length * list.length > mostEntries) throw tooMany([name]);
    rows = rows.flatMap((row) => list.map((value) => new Map([...row, [name, value]])));
  }
  return rows;
}

/** Such as `n=4`, `region=eu n=2`. */
export function renderRow({ values }: Row): string {
  return [...values].map(([name, value]) => `${name}=${renderText(value)}`).join(' ');
}

function isRows(forEach: ForEach): forEach is readonly Readonly<Record<string, Value>>[] {
  return Array.isArray(forEach);
}

/** `1..3` is 1, 2, 3; `1..0` is empty, so that a count of 0 makes no entry. */
function expandRange(text: string, name: string): number[] {
  const [, from, to] = /^\s*(-?\d{1,15})\s*\.\.\s*(-?\d{1,15})\s*$/.exec(text) ?? [];
  if (from === undefined || to === undefined) throw notARange(text, name);
  const first = Number(from);
  const last = Number(to);
  if (last < first - 1) throw backwards(text, name);
  if (last - first >= mostEntries) throw tooMany([name]);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

export function tooMany(path: readonly string[] = []): BadForEach {
  const message = `for_each makes more than ${count(mostEntries)} entries`;
  return new BadForEach({ code: 'too-many-entries', message, hint: 'check the range' }, path);
}

function notARange(text: string, name: string): BadForEach {
  const message = `for_each.${name} must be a range or a list, not ${quote(text)}`;
  const hint = 'write 1..3 for 1, 2, 3, or [a, b]';
  return new BadForEach({ code: 'bad-range', message, hint }, [name]);
}

function backwards(text: string, name: string): BadForEach {
  const message = `for_each.${name} runs backwards: ${quote(text)}`;
  const hint = 'write the lower number first. 1..0 makes no entry at all';
  return new BadForEach({ code: 'backwards-range', message, hint }, [name]);
}
