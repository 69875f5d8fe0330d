// A plan document as Markdown, for a pull request.
import type { PlanDocument, Refusal, Unfinished, Warning } from '../reconcile/plan.generated.ts';
import { count, plural } from '../topology/count.ts';
import { escapeMarkdown } from './escape.ts';
import { placeOf, rowsOf, type More, type Row } from './plan-rows.ts';
import { meanwhile, otherVhost, summaryOf } from './plan-text.ts';

export function renderPlanMarkdown(plan: PlanDocument): string {
  const rows = rowsOf(plan);
  const where = [plan.endpoint, ...otherVhost(plan.vhost)];
  return [
    `### topo plan: ${plan.files.map(escapeMarkdown).join(', ')} → ${where.map(escapeMarkdown).join(', ')}`,
    '',
    ...plan.unfinished.flatMap(renderUnfinished),
    ...(rows.length === 0 ? [] : [...table(rows), '']),
    ...renderRefusals(plan.refusals),
    ...plan.warnings.map(renderWarning),
    summaryOf(plan).replace(/ {4}id (\S+)$/, ' · id `$1`'),
    '',
  ].join('\n');
}

function renderUnfinished({ id, put_back, lost }: Unfinished): string[] {
  const [objects, bindings] = [plural(put_back.length, 'object'), plural(lost.length, 'binding')];
  return [
    `**apply \`${id}\` was cut off**: topo apply first puts back ${objects} that it took; ${bindings} can't come back`,
    '',
  ];
}

function table(rows: readonly (Row | More)[]): string[] {
  return [
    '| change | kind | name | what | declared in |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${cellsOf(row).join(' | ')} |`),
  ];
}

function cellsOf(row: Row | More): string[] {
  if ('more' in row) return [row.change, row.object, `… and ${count(row.more)} more`, '', ''];
  const { change, object, name, what, place, notes, refusal } = row;
  const lines = [what, ...notes].filter((line) => line !== '').map(escapeMarkdown);
  return [
    refusal ? `${change}: **refused**` : change,
    object,
    escapeMarkdown(name),
    lines.join('<br>'),
    escapeMarkdown(place),
  ];
}

function renderRefusals(refusals: readonly Refusal[]): string[] {
  if (refusals.length === 0) return [];
  const lines = refusals.map(
    ({ address, reason, hint }) =>
      `- ${address === undefined ? '' : `\`${address}\`: `}${escapeMarkdown(reason)}: ${escapeMarkdown(hint)}`,
  );
  return ['**Refused**', '', ...lines, '', meanwhile, ''];
}

function renderWarning(warning: Warning): string {
  const { message, hint } = warning;
  const parts = [message, placeOf(warning), hint ?? ''].filter((part) => part !== '');
  return `> warning: ${parts.map(escapeMarkdown).join(' · ')}\n`;
}
