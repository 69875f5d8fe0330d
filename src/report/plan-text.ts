// A plan document as text for a terminal.
import type { PlanDocument, Refusal, Warning } from '../reconcile/plan.generated.ts';
import { count, plural } from '../topology/count.ts';
import { escape } from './escape.ts';
import type { Paint } from './paint.ts';
import { placeOf, rowsOf, type More, type Row } from './plan-rows.ts';
import { tellUnfinished, type Told } from './unfinished.ts';
import { renderNotPlanned } from './words.ts';

export function renderPlanText(plan: PlanDocument, paint: Paint, now = new Date()): string {
  const lines = rowsOf(plan).map(toLine);
  return [
    heading(plan),
    '',
    ...tellUnfinished(plan, now).flatMap(renderUnfinished),
    ...(lines.length === 0 ? [] : [...renderLines(lines, paint), '']),
    ...plan.refusals.filter(({ address }) => address === undefined).flatMap(renderRefusal(paint)),
    ...plan.warnings.flatMap(renderWarning(paint)),
    ...(plan.refusals.length === 0 ? [] : [meanwhile, '']),
    summaryOf(plan),
  ].join('\n');
}

/** What topo apply does before anything else, whatever is refused. */
function renderUnfinished({ heading, sentences, back, lost }: Told): string[] {
  return [
    heading,
    ...sentences.map((one) => `  ${one}`),
    ...[...back, ...lost].map((address) => `      ${address}`),
    '',
  ].map(escape);
}

function heading({ files, endpoint, broker, vhost }: PlanDocument): string {
  const from = files.map(escape).join(', ');
  const where = [`RabbitMQ ${broker.version}`, broker.cluster_name, ...otherVhost(vhost)];
  return `${from} → ${escape(endpoint)}  (${where.map(escape).join(', ')})`;
}

/** The vhost that names in the plan leave out, where it is not the one that everybody expects. */
const otherVhost = (vhost: string): string[] => (vhost === '/' ? [] : [`vhost ${vhost}`]);

export const meanwhile =
  'Nothing at all is written while something is refused; topo apply --only create does what only adds.';

/** What the plan would change, in one line. */
export function summaryOf({ summary, unfinished, id }: PlanDocument): string {
  const away = unfinished.reduce((sum, { put_back }) => sum + put_back.length, 0);
  const parts = [
    ...(away > 0 ? [`${plural(away, 'object')} to put back first`] : []),
    ...amounts(summary),
    ...(summary.refused > 0 ? [`${count(summary.refused)} refused`] : []),
  ];
  const what = parts.length === 0 ? nothingToDo(summary) : parts.join(', ');
  const rest = [
    `${count(summary.unchanged)} unchanged`,
    `${count(summary.unmanaged)} unmanaged`,
    ...(summary.left_out > 0 ? [`${count(summary.left_out)} left out by --only or --target`] : []),
    ...notPlanned(summary.not_planned),
  ];
  return `Plan: ${what} · ${escape(rest.join(' · '))}    id ${escape(id)}`;
}

/** About what was compared, and no more. */
function nothingToDo({ not_planned: others }: PlanDocument['summary']): string {
  const isAll = Object.keys(others).length === 0;
  return isAll ? 'nothing to do' : 'nothing to do for exchanges, queues and bindings';
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

export const symbols = { create: '  +', replace: '-/+', delete: '  -' } as const;

interface Line {
  readonly cells: readonly [
    symbol: string,
    kind: string,
    name: string,
    detail: string,
    source: string,
  ];
  readonly notes: readonly string[];
}

function toLine(row: Row | More): Line | string {
  if ('more' in row) {
    const group = `${symbols[row.change]} ${row.object}`.padEnd(13);
    return `${group} … and ${count(row.more)} more (--format json has all)`;
  }
  const { change, object, name, what, place, refusal } = row;
  const symbol = refusal ? '  !' : symbols[change];
  const detail = refusal ? `refused: ${refusal.reason}` : what;
  return {
    cells: [symbol, object, escape(name), escape(detail), escape(place)],
    notes: notesBeneath(row).map(escape),
  };
}

/** Why a delete is refused says what it is; of a replacement one wants to see what it would change. */
function notesBeneath({ change, what, notes, inside, refusal }: Row): readonly string[] {
  if (refusal === undefined) return [...notes, ...inside];
  return [...(change === 'replace' ? [what, ...inside] : []), refusal.hint];
}

function renderLines(lines: readonly (Line | string)[], paint: Paint): string[] {
  const width = (cell: 2 | 3, most: number): number =>
    lines.reduce(
      (widest, line) =>
        typeof line === 'string'
          ? widest
          : Math.min(most, Math.max(widest, line.cells[cell].length)),
      0,
    );
  const [names, details] = [width(2, 48), width(3, 56)];
  return lines.flatMap((line) => {
    if (typeof line === 'string') return [line];
    const [symbol, kind, name, detail, source] = line.cells;
    const text = `${symbol} ${kind.padEnd(9)} ${name.padEnd(names)}  ${detail.padEnd(details)}  ${source}`;
    return [colour(symbol, paint)(text.trimEnd()), ...line.notes.map((note) => `      ${note}`)];
  });
}

function colour(symbol: string, paint: Paint): (text: string) => string {
  if (symbol === '  +') return paint.green;
  if (symbol === '  -') return paint.red;
  return symbol === '  !' ? paint.red : paint.yellow;
}

function renderRefusal(paint: Paint): (refusal: Refusal) => string[] {
  return ({ reason, hint }) => [
    paint.red(`  ! refused: ${escape(reason)}`),
    `      ${escape(hint)}`,
    '',
  ];
}

function renderWarning(paint: Paint): (warning: Warning) => string[] {
  return (warning) => [
    `${paint.yellow('warning:')} ${escape(warning.message)}  ${escape(placeOf(warning))}`.trimEnd(),
    ...(warning.hint === undefined ? [] : [`      ${escape(warning.hint)}`]),
    '',
  ];
}
