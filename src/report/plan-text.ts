// A plan document as text for a terminal.
import type { PlanDocument, Refusal, Step } from '../reconcile/plan.generated.ts';
import { changedLines, describe, nameOf } from './describe.ts';
import { escape } from './escape.ts';
import { notesOf } from './notes.ts';
import type { Paint } from './paint.ts';
import { count, plural } from '../topology/count.ts';
import { renderNotPlanned } from './words.ts';

/** Beyond so many rows, each kind of change shows its first few. */
const manyRows = 400;
const firstFew = 20;

export function renderPlanText(plan: PlanDocument, paint: Paint): string {
  const rows = toRows(plan);
  return [
    heading(plan),
    '',
    ...(rows.length === 0 ? [] : [...renderRows(rows, paint), '']),
    ...plan.refusals.filter(({ address }) => address === undefined).flatMap(renderRefusal(paint)),
    ...plan.warnings.map((warning) => paint.yellow(`warning: ${escape(warning)}`)),
    ...(plan.refusals.length === 0 ? [] : [meanwhile, '']),
    summaryOf(plan),
  ].join('\n');
}

function heading({ files, endpoint, broker }: PlanDocument): string {
  const from = files.map(escape).join(', ');
  const where = `${escape(endpoint)}  (RabbitMQ ${escape(broker.version)}, ${escape(broker.cluster_name)})`;
  return `${from} → ${where}`;
}

const meanwhile =
  'Nothing at all is written while something is refused; topo apply --only create does what only adds.';

/** What the plan would change, in one line. */
export function summaryOf({ summary, id }: PlanDocument): string {
  const parts = [
    ...amounts(summary),
    ...(summary.refused > 0 ? [`${count(summary.refused)} refused`] : []),
  ];
  const what = parts.length === 0 ? 'nothing to do' : parts.join(', ');
  const rest = [
    `${count(summary.unchanged)} unchanged`,
    `${count(summary.unmanaged)} unmanaged`,
    ...(summary.left_out > 0 ? [`${count(summary.left_out)} left out by --only or --target`] : []),
    ...notPlanned(summary.not_planned),
  ];
  return `Plan: ${what} · ${escape(rest.join(' · '))}    id ${escape(id)}`;
}

function amounts(summary: PlanDocument['summary']): string[] {
  const { create, replace, delete: gone, restored } = summary;
  return [
    ...(create > 0 ? [`${count(create)} to create`] : []),
    ...(replace > 0 ? [`${count(replace)} to replace`] : []),
    ...(restored > 0 ? [`${plural(restored, 'binding')} to put back`] : []),
    ...(gone > 0 ? [`${count(gone)} to delete`] : []),
  ];
}

function notPlanned(kinds: Record<string, number>): string[] {
  const entries = renderNotPlanned(Object.entries(kinds));
  return entries === '' ? [] : [`not planned: ${entries}`];
}

interface Row {
  readonly cells: readonly [
    symbol: string,
    kind: string,
    name: string,
    detail: string,
    source: string,
  ];
  readonly notes: readonly string[];
}

/** Of a long plan, the first few of each kind of change; refusals all. Only what is shown is put into words. */
function toRows(plan: PlanDocument): (Row | string)[] {
  const refusals = new Map(plan.refusals.map((refusal) => [refusal.address, refusal]));
  const riders = ridersOf(plan.steps);
  const steps = plan.steps.filter((step) => step.own_request || refusals.has(step.address));
  return shorten(steps, (step) => refusals.has(step.address)).map((shown) =>
    typeof shown === 'string'
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
  const { source } = step;
  const place = source ? `${escape(source.file)}:${source.line}` : '';
  const detail = refusal ? `refused: ${escape(refusal.reason)}` : escape(describe(step));
  const symbol = refusal ? '  !' : symbols[step.kind];
  const notes = refusal ? [refusal.hint] : [...notesOf(step, plan, riders), ...changedLines(step)];
  return {
    cells: [symbol, step.object, escape(nameOf(step, plan.vhost)), detail, place],
    notes: notes.map(escape),
  };
}

const symbols = { create: '  +', replace: '-/+', delete: '  -' } as const;

function renderRows(rows: readonly (Row | string)[], paint: Paint): string[] {
  const width = (cell: 2 | 3, most: number): number =>
    rows.reduce(
      (widest, row) =>
        typeof row === 'string' ? widest : Math.min(most, Math.max(widest, row.cells[cell].length)),
      0,
    );
  const [names, details] = [width(2, 48), width(3, 56)];
  return rows.flatMap((row) => {
    if (typeof row === 'string') return [row];
    const [symbol, kind, name, detail, source] = row.cells;
    const line = `${symbol} ${kind.padEnd(9)} ${name.padEnd(names)}  ${detail.padEnd(details)}  ${source}`;
    return [colour(symbol, paint)(line.trimEnd()), ...row.notes.map((note) => `      ${note}`)];
  });
}

function colour(symbol: string, paint: Paint): (text: string) => string {
  if (symbol === '  +') return paint.green;
  if (symbol === '  -') return paint.red;
  return symbol === '  !' ? paint.red : paint.yellow;
}

function shorten(steps: readonly Step[], isRefused: (step: Step) => boolean): (Step | string)[] {
  if (steps.length <= manyRows) return [...steps];
  const seen = new Map<string, number>();
  const groupOf = ({ kind, object }: Step): string => `${symbols[kind]} ${object}`;
  const accepted = steps.filter((step) => !isRefused(step));
  for (const step of accepted) seen.set(groupOf(step), (seen.get(groupOf(step)) ?? 0) + 1);
  const shown = new Map<string, number>();
  return steps.flatMap((step): (Step | string)[] => {
    if (isRefused(step)) return [step];
    const group = groupOf(step);
    const nth = (shown.get(group) ?? 0) + 1;
    shown.set(group, nth);
    if (nth <= firstFew) return [step];
    if (nth > firstFew + 1) return [];
    return [
      `${group.padEnd(13)} … and ${count((seen.get(group) ?? 0) - firstFew)} more (--format json has all)`,
    ];
  });
}

function renderRefusal(paint: Paint): (refusal: Refusal) => string[] {
  return ({ reason, hint }) => [
    paint.red(`  ! refused: ${escape(reason)}`),
    `      ${escape(hint)}`,
    '',
  ];
}
