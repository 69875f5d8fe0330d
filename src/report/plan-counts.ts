// Counts the steps of each file and each vhost, if there are several.
import type { Summary } from '../reconcile/plan.generated.ts';
import { countSteps, objectOf, sourceOf, type Plan, type Step } from '../reconcile/step.ts';
import { count, plural } from '../topology/count.ts';

export interface Counts {
  readonly by: 'file' | 'vhost';
  /** Unescaped: `t1.yaml`, `400 to replace`. */
  readonly lines: readonly { readonly name: string; readonly what: string }[];
}

export function countsOf(plan: Plan): Counts[] {
  const refused = new Set(plan.refusals.map(({ address }) => address));
  const fileOf = (step: Step) => sourceOf(step)?.file;
  const vhostOf = (step: Step) => objectOf(step).vhost;
  const hasVhosts = new Set(plan.steps.map(vhostOf)).size > 1;
  return [
    ...(plan.files.length > 1 ? [toCounts('file', group(plan.steps, fileOf), refused)] : []),
    ...(hasVhosts ? [toCounts('vhost', group(plan.steps, vhostOf), refused)] : []),
  ].filter(({ lines }) => lines.length > 0);
}

/** Keeps the order of the first steps; puts deletes, which no file declares, last. */
function group(
  steps: readonly Step[],
  keyOf: (step: Step) => string | null | undefined,
): Map<string | null | undefined, Step[]> {
  const groups = new Map<string | null | undefined, Step[]>();
  for (const step of [...steps].sort((a, b) => compare(keyOf(a), keyOf(b)))) {
    const same = groups.get(keyOf(step));
    if (same) same.push(step);
    else groups.set(keyOf(step), [step]);
  }
  return groups;
}

function compare(a: string | null | undefined, b: string | null | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return a < b ? -1 : Number(a > b);
}

function toCounts(
  by: Counts['by'],
  groups: ReadonlyMap<string | null | undefined, readonly Step[]>,
  refused: ReadonlySet<string | undefined>,
): Counts {
  const lines = [...groups].map(([key, steps]) => {
    const name = key === undefined ? 'in no file' : (key ?? 'in no vhost');
    const held = steps.filter(({ address }) => refused.has(address)).length;
    const what = [...amounts(countSteps(steps)), ...(held > 0 ? [`${count(held)} refused`] : [])];
    return { name, what: what.join(', ') };
  });
  return { by, lines };
}

export function amounts({
  create,
  update,
  replace,
  delete: gone,
  restored,
}: Pick<Summary, 'create' | 'update' | 'replace' | 'delete' | 'restored'>): string[] {
  return [
    ...(create > 0 ? [`${count(create)} to create`] : []),
    ...(update > 0 ? [`${count(update)} to update`] : []),
    ...(replace > 0 ? [`${count(replace)} to replace`] : []),
    ...(restored > 0 ? [`${plural(restored, 'binding')} to put back`] : []),
    ...(gone > 0 ? [`${count(gone)} to delete`] : []),
  ];
}
