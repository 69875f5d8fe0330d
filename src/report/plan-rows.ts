// The rows of a plan, the same for text and Markdown: a step each, with all that a person has to know of it.
import type { PlanDocument, Refusal, Step } from '../reconcile/plan.generated.ts';
import { changedLines, describe, nameOf } from './describe.ts';
import { notesOf } from './notes.ts';

/** A step, unescaped. */
export interface Row {
  readonly change: Step['kind'];
  readonly object: Step['object'];
  readonly name: string;
  readonly what: string;
  /** Such as `other.yaml:12`, or `:12` where there is but one file; empty for what no file declares. */
  readonly place: string;
  readonly notes: readonly string[];
  /** What changes inside long values, line by line. */
  readonly inside: readonly string[];
  readonly refusal: Refusal | undefined;
}

/** So many more steps of this kind, which are not shown. */
export interface More {
  readonly change: Step['kind'];
  readonly object: Step['object'];
  readonly more: number;
}

/** Beyond so many rows, each kind of change shows its first few. */
const manyRows = 400;
const firstFew = 20;

/** Of a long plan, the first few of each kind of change; refusals all. Only what is shown is put into words. */
export function rowsOf(plan: PlanDocument): (Row | More)[] {
  const refusals = new Map(plan.refusals.map((refusal) => [refusal.address, refusal]));
  const riders = ridersOf(plan.steps);
  const steps = plan.steps.filter((step) => step.own_request || refusals.has(step.address));
  return shorten(steps, (step) => refusals.has(step.address)).map((shown) =>
    'more' in shown
      ? shown
      : toRow(shown, plan, riders.get(shown.address) ?? [], refusals.get(shown.address)),
  );
}

/** The steps that another step's request carries out, by the address of that step. */
function ridersOf(steps: readonly Step[]): Map<string, Step[]> {
  const riders = new Map<string, Step[]>();
  for (const step of steps) {
    if (step.because === undefined) continue;
    const group = riders.get(step.because);
    if (group) group.push(step);
    else riders.set(step.because, [step]);
  }
  return riders;
}

function toRow(
  step: Step,
  plan: PlanDocument,
  riders: readonly Step[],
  refusal: Refusal | undefined,
): Row {
  return {
    change: step.kind,
    object: step.object,
    name: nameOf(step, plan.vhost),
    what: describe(step),
    place: plan.files.length === 1 ? lineOf(step) : placeOf(step),
    notes: refusal ? [] : notesOf(step, plan, riders),
    inside: changedLines(step),
    refusal,
  };
}

export const placeOf = ({ source }: Pick<Step, 'source'>): string =>
  source === undefined ? '' : `${source.file}:${source.line}`;

const lineOf = ({ source }: Step): string => (source === undefined ? '' : `:${source.line}`);

function shorten(steps: readonly Step[], isRefused: (step: Step) => boolean): (Step | More)[] {
  if (steps.length <= manyRows) return [...steps];
  const groupOf = ({ kind, object }: Step): string => `${kind} ${object}`;
  const sizes = new Map<string, number>();
  for (const step of steps) {
    if (!isRefused(step)) sizes.set(groupOf(step), (sizes.get(groupOf(step)) ?? 0) + 1);
  }
  const shown = new Map<string, number>();
  return steps.flatMap((step): (Step | More)[] => {
    if (isRefused(step)) return [step];
    const group = groupOf(step);
    const nth = (shown.get(group) ?? 0) + 1;
    shown.set(group, nth);
    if (nth <= firstFew) return [step];
    if (nth > firstFew + 1) return [];
    return [{ change: step.kind, object: step.object, more: (sizes.get(group) ?? 0) - firstFew }];
  });
}
