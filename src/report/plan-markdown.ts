// A plan document as Markdown, for a pull request.
import type { PlanDocument, Refusal, Warning } from '../reconcile/plan.generated.ts';
import { count } from '../topology/count.ts';
import { cell, code, sentence } from './markdown.ts';
import { placeOf, rowsOf, type More, type Row } from './plan-rows.ts';
import { meanwhile, summaryOf } from './plan-text.ts';
import { tellUnfinished, type Told } from './unfinished.ts';

export function renderPlanMarkdown(plan: PlanDocument, now = new Date()): string {
  const rows = rowsOf(plan);
  const vhost = plan.vhost === '/' ? '' : `, vhost ${code(plan.vhost)}`;
  return [
    `### topo plan: ${plan.files.map(code).join(', ')} → ${code(plan.endpoint)}${vhost}`,
    '',
    ...tellUnfinished(plan, now).flatMap(renderUnfinished),
    ...(rows.length === 0 ? [] : [...table(rows), '']),
    ...renderRefusals(plan.refusals),
    ...plan.warnings.map(renderWarning),
    summaryOf(plan).replace(/ {4}id (\S+)$/, ' · id `$1`'),
    '',
  ].join('\n');
}

function renderUnfinished({ heading, sentences, back, lost }: Told): string[] {
  return [
    `**Unfinished**: ${sentence(heading)}`,
    '',
    ...sentences.map((one) => `- ${sentence(one)}`),
    ...[...back, ...lost].map((address) => `  - ${code(address)}`),
    '',
  ];
}

function table(rows: readonly (Row | More)[]): string[] {
  return [
    '| change | kind | name | what | declared in |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${cellsOf(row).map(cell).join(' | ')} |`),
  ];
}

function cellsOf(row: Row | More): string[] {
  if ('more' in row) return [row.change, row.object, `… and ${count(row.more)} more`, '', ''];
  const { change, object, name, what, place, notes, inside, refusal } = row;
  const lines = [code(what), ...notes.map(sentence), ...inside.map(code)];
  return [
    refusal ? `${change}: **refused**` : change,
    object,
    code(name),
    lines.filter((line) => line !== '').join('<br>'),
    code(place),
  ];
}

function renderRefusals(refusals: readonly Refusal[]): string[] {
  if (refusals.length === 0) return [];
  const lines = refusals.map(
    ({ address, reason, hint }) =>
      `- ${address === undefined ? '' : `${code(address)}: `}${sentence(reason)}: ${sentence(hint)}`,
  );
  return ['**Refused**', '', ...lines, '', meanwhile, ''];
}

function renderWarning(warning: Warning): string {
  const { message, hint } = warning;
  const parts = [sentence(message), code(placeOf(warning)), sentence(hint ?? '')];
  return `> warning: ${parts.filter((part) => part !== '').join(' · ')}\n`;
}
