// Builds the rows of a plan for text and Markdown, each with all that the reader needs to know
// about a step or several similar ones.
import type { Refusal } from '../reconcile/plan.generated.ts';
import { hasOwnRequest, objectOf, sourceOf, type Plan, type Step } from '../reconcile/step.ts';
import { plural } from '../topology/count.ts';
import type { Position } from '../topology/problem.ts';
import { changedLines, describe, nameOf } from './describe.ts';
import { fold } from './fold.ts';
import { nounOf } from './kinds.ts';
import { notesOf } from './notes.ts';
import type { Row } from './row.ts';
import { superStreamRows } from './super-stream-rows.ts';
import { pastTense } from './words.ts';

export interface Rows {
  readonly rows: readonly Row[];
  /** Notes that all rows of one kind of change would repeat. */
  readonly common: readonly string[];
  /** Refusals of the plan as a whole, and of objects that no step is about. */
  readonly apart: readonly Refusal[];
}

export function rowsOf(plan: Plan): Rows {
  const refusals = groupBy(plan.refusals, ({ address }) => address);
  // The steps that another step's request carries out, by that step's address.
  const riders = groupBy(plan.steps, ({ because }) => because);
  const wholes = superStreamRows(plan);
  const inWhole = new Set(wholes.flatMap(({ steps }) => steps));
  const whole = new Map(wholes.map(({ step, row }) => [step, row]));
  const rows = plan.steps.flatMap((step) => {
    const row = whole.get(step);
    if (row) return [{ step, row: { ...row, place: placeIn(plan, step) } }];
    const isShown = hasOwnRequest(step) || refusals.has(step.address);
    if (!isShown || inWhole.has(step)) return [];
    const own = riders.get(step.address) ?? [];
    return [{ step, row: toRow(step, plan, own, refusals.get(step.address)) }];
  });
  const planned = new Set(plan.steps.map(({ address }) => address));
  const apart = plan.refusals.filter(({ address = '' }) => !planned.has(address));
  return { ...sayOnce(fold(rows)), apart };
}

function groupBy<Key, One>(all: readonly One[], keyOf: (one: One) => Key): Map<Key, One[]> {
  const groups = new Map<Key, One[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

function toRow(
  step: Step,
  plan: Plan,
  riders: readonly Step[],
  refusals: readonly Refusal[] = [],
): Row {
  return {
    steps: 1,
    change: step.kind,
    object: nounOf(objectOf(step)),
    name: nameOf(objectOf(step), plan.vhost),
    what: describe(step),
    place: placeIn(plan, step),
    notes: refusals.length > 0 ? [] : notesOf(step, plan, riders),
    inside: changedLines(step),
    refusals,
  };
}

const placeIn = ({ files }: Plan, step: Step): string =>
  files.length === 1 ? lineOf(sourceOf(step)) : placeOf(sourceOf(step));

export const placeOf = (at: Position | undefined): string =>
  at === undefined ? '' : `${at.file}:${at.line}`;

const lineOf = (at: Position | undefined): string => (at === undefined ? '' : `:${at.line}`);

/** Up to this many rows may repeat their notes. */
const fewRows = 3;

/** Moves a note shared by all rows of one kind of change below them all. */
function sayOnce(rows: readonly Row[]): Omit<Rows, 'apart'> {
  const allowed = rows.filter(({ refusals }) => refusals.length === 0);
  const kinds = groupBy(allowed, ({ change, object }) => `${change} ${object}`);
  const shared = new Map<Row, readonly string[]>();
  const common: string[] = [];
  for (const same of [...kinds.values()].filter(({ length }) => length > fewRows)) {
    const notes = sharedBy(same);
    for (const row of same) shared.set(row, notes);
    common.push(...notes.map((note) => `${eachOf(same)}: ${note}`));
  }
  const withoutShared = (row: Row): Row => {
    const notes = row.notes.filter((note) => shared.get(row)?.includes(note) !== true);
    return { ...row, notes };
  };
  return { rows: rows.map(withoutShared), common };
}

function sharedBy(rows: readonly Row[]): readonly string[] {
  const [first, ...rest] = rows;
  return (first?.notes ?? []).filter((note) => rest.every(({ notes }) => notes.includes(note)));
}

/** Such as `each of 114 queues that are replaced`. */
function eachOf(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) throw new Error('no rows');
  const steps = rows.reduce((sum, row) => sum + row.steps, 0);
  return `each of the ${plural(steps, first.object)} that are ${pastTense[first.change]}`;
}
