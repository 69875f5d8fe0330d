// Renders a plan as text for a terminal.
import type { Refusal, Warning } from '../reconcile/plan.generated.ts';
import { isRenamed } from '../reconcile/emptied.ts';
import { isOfCluster } from '../reconcile/health.ts';
import type { Plan } from '../reconcile/step.ts';
import { isOfUnfinished } from '../reconcile/unfinished.ts';
import { count, plural } from '../topology/count.ts';
import { disownedNote } from './disowned.ts';
import { escape } from './escape.ts';
import type { Paint } from './paint.ts';
import { amounts, countsOf, type Counts } from './plan-counts.ts';
import { placeOf, rowsOf } from './plan-rows.ts';
import { vhostsOf } from './plan-vhosts.ts';
import type { Row } from './row.ts';
import { undeclaredHint, undeclaredNotes } from './undeclared.ts';
import { tellUnfinished, type Told } from './unfinished.ts';

export function renderPlanText(plan: Plan, paint: Paint, now = new Date()): string {
  const { rows, common, apart } = rowsOf(plan);
  return [
    heading(plan),
    '',
    ...tellUnfinished(plan, now).flatMap(renderUnfinished),
    ...(rows.length === 0 ? [] : [...renderLines(rows.flatMap(toLines), paint), '']),
    ...(common.length === 0 ? [] : [...common.map((note) => `  ${escape(note)}`), '']),
    ...apart.flatMap(renderRefusal(paint)),
    ...plan.warnings.flatMap(renderWarning(paint)),
    ...renderUndeclared(plan),
    ...renderDisowned(plan),
    ...(plan.refusals.length === 0 ? [] : [meanwhile(plan), '']),
    ...countsOf(plan).flatMap(renderCounts),
    summaryOf(plan),
  ].join('\n');
}

function renderUndeclared(plan: Plan): string[] {
  const lines = undeclaredNotes(plan).map(({ what, into, from, more }) => {
    const ways = [...from, ...(more === '' ? [] : [more])].join('; ');
    return `note: ${what}${into === '' ? '' : ` ${into}: ${ways}`}`;
  });
  return lines.length === 0 ? [] : [...lines.map(escape), `      ${undeclaredHint}`, ''];
}

function renderDisowned(plan: Plan): string[] {
  const note = disownedNote(plan);
  if (note === undefined) return [];
  const { heading, addresses, more, hint } = note;
  const lines = [...addresses, more, hint].filter((line) => line !== '');
  return [`note: ${heading}`, ...lines.map((line) => `      ${escape(line)}`), ''];
}

/** Describes what topo apply does first, whatever it refuses. */
function renderUnfinished({ heading, sentences, back, lost }: Told): string[] {
  return [
    heading,
    ...sentences.map((one) => `  ${one}`),
    ...[...back, ...lost].map((address) => `      ${address}`),
    '',
  ].map(escape);
}

function heading(plan: Plan): string {
  const { files, endpoint, broker, environment } = plan;
  const from = `${plan.destroy ? 'destroy ' : ''}${files.map(escape).join(', ')}`;
  const vhosts = vhostsOf(plan);
  const named =
    vhosts.length === 0 ? [] : [`${vhosts.length === 1 ? 'vhost' : 'vhosts'} ${vhosts.join(', ')}`];
  const chosen = environment === undefined ? [] : [`environment ${environment.name}`];
  const where = [`RabbitMQ ${broker.version}`, broker.cluster_name, ...chosen, ...named];
  return `${from} → ${escape(endpoint)}  (${where.map(escape).join(', ')})`;
}

/** Says what can be done of it all the same. */
export function meanwhile({ destroy, refusals, steps }: Plan): string {
  const nothing = `${destroy ? 'Nothing is deleted' : 'Apply writes nothing'} while anything is refused`;
  if (refusals.some((one) => isOfCluster(one) || isOfUnfinished(one))) return `${nothing}.`;
  if (destroy) return `${nothing}; --target chooses a part.`;
  const creates = new Set(
    steps.filter(({ kind }) => kind === 'create').map(({ address }) => address),
  );
  // A rename is refused as a whole.
  const tied = new Set([...creates, ...steps.filter(isRenamed).map(({ address }) => address)]);
  const createsHelp =
    creates.size > 0 &&
    creates.size < steps.length &&
    refusals.every(({ address }) => address === undefined || !tied.has(address));
  return createsHelp
    ? `${nothing}; topo apply --only create still creates objects.`
    : `${nothing}.`;
}

/** Summarizes the changes of the plan in one line. */
export function summaryOf({ summary, unfinished, id }: Plan): string {
  const away = unfinished.reduce((sum, { put_back }) => sum + put_back.length, 0);
  const carried = unfinished.reduce((sum, one) => sum + (one.carried_over?.length ?? 0), 0);
  const parts = [
    ...(away > 0 ? [`${plural(away, 'object')} to put back first`] : []),
    ...(carried > 0 ? [`${plural(carried, 'queue')} to carry over first`] : []),
    ...amounts(summary),
    ...(summary.refused > 0 ? [`${count(summary.refused)} refused`] : []),
  ];
  const what = parts.length === 0 ? 'nothing to do' : parts.join(', ');
  const rest = [
    `${count(summary.unchanged)} unchanged`,
    `${count(summary.unmanaged)} unmanaged`,
    ...(summary.left_out > 0 ? [`${count(summary.left_out)} left out by --only or --target`] : []),
  ];
  return `Plan: ${what} · ${escape(rest.join(' · '))}    id ${escape(id)}`;
}

export const symbols = { create: '  +', update: '  ~', replace: '-/+', delete: '  -' } as const;

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

/** One line for each refusal, or else a single one. */
function toLines(row: Row): Line[] {
  const { change, what, notes, inside, refusals } = row;
  if (refusals.length === 0) return [toLine(row, symbols[change], what, [...notes, ...inside])];
  return refusals.map(({ reason, hint }, nth) => {
    const beneath = nth === 0 ? [...changesOf(row), hint] : [hint];
    return toLine(row, '  !', `refused: ${reason}`, beneath);
  });
}

/**
 * The reason for refusing a delete says what it holds; a refused replacement still shows its
 * changes.
 */
const changesOf = ({ change, what, inside }: Row): readonly string[] =>
  change === 'replace' || change === 'update' ? [what, ...inside] : [];

function toLine(row: Row, symbol: string, detail: string, notes: readonly string[]): Line {
  const { object, name, place } = row;
  return {
    cells: [symbol, object, escape(name), escape(detail), escape(place)],
    notes: notes.map(escape),
  };
}

function renderLines(lines: readonly Line[], paint: Paint): string[] {
  const width = (cell: 1 | 2 | 3, most: number): number =>
    lines.reduce((widest, line) => Math.min(most, Math.max(widest, line.cells[cell].length)), 0);
  const [kinds, names, details] = [Math.max(9, width(1, 48)), width(2, 48), width(3, 56)];
  return lines.flatMap((line) => {
    const [symbol, kind, name, detail, source] = line.cells;
    const text = `${symbol} ${kind.padEnd(kinds)} ${name.padEnd(names)}  ${detail.padEnd(details)}  ${source}`;
    return [colour(symbol, paint)(text.trimEnd()), ...line.notes.map((note) => `      ${note}`)];
  });
}

function renderCounts({ by, lines }: Counts): string[] {
  const names = lines.map(({ name }) => escape(name));
  const width = Math.max(...names.map(({ length }) => length));
  return [
    `By ${by}:`,
    ...lines.map(({ what }, nth) => `  ${(names[nth] ?? '').padEnd(width)}  ${what}`),
    '',
  ];
}

function colour(symbol: string, paint: Paint): (text: string) => string {
  if (symbol === '  +') return paint.green;
  if (symbol === '  -') return paint.red;
  return symbol === '  !' ? paint.red : paint.yellow;
}

function renderRefusal(paint: Paint): (refusal: Refusal) => string[] {
  return ({ address, reason, hint }) => [
    paint.red(`  ! refused: ${escape(address === undefined ? reason : `${address}: ${reason}`)}`),
    `      ${escape(hint)}`,
    '',
  ];
}

function renderWarning(paint: Paint): (warning: Warning) => string[] {
  return (warning) => [
    `${paint.yellow('warning:')} ${escape(warning.message)}  ${escape(placeOf(warning.source))}`.trimEnd(),
    ...(warning.hint === undefined ? [] : [`      ${escape(warning.hint)}`]),
    '',
  ];
}
