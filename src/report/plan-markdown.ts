// Renders a plan as Markdown for a pull request, within GitHub's limit; says what it cuts.
import type { Warning } from '../reconcile/plan.generated.ts';
import type { Plan } from '../reconcile/step.ts';
import { count, plural } from '../topology/count.ts';
import { disownedNote } from './disowned.ts';
import { cell, code, sentence } from './markdown.ts';
import { countsOf, type Counts } from './plan-counts.ts';
import { placeOf, rowsOf } from './plan-rows.ts';
import { meanwhile, summaryOf } from './plan-text.ts';
import { vhostsOf } from './plan-vhosts.ts';
import type { Row } from './row.ts';
import { undeclaredHint, undeclaredNotes } from './undeclared.ts';
import { tellUnfinished, type Told } from './unfinished.ts';

/** GitHub's limit for a comment is 65,536 characters; leave some to the pipeline. */
const most = 60_000;
/** The share of these characters that each list may use beside the table. */
const shares = { refusals: 0.4, warnings: 0.15, counts: 0.1 };

export function renderPlanMarkdown(plan: Plan, now = new Date()): string {
  const { rows, common } = rowsOf(plan);
  const vhosts = vhostsOf(plan);
  const word = vhosts.length === 1 ? 'vhost' : 'vhosts';
  const where = vhosts.length === 0 ? '' : `, ${word} ${vhosts.map(code).join(', ')}`;
  const { environment } = plan;
  const chosen = environment === undefined ? '' : `, environment ${code(environment.name)}`;
  const files = plan.files.map(code).join(', ');
  const head = [
    `### topo plan: ${plan.destroy ? 'destroy ' : ''}${files} → ${code(plan.endpoint)}${chosen}${where}`,
    '',
    ...tellUnfinished(plan, now).flatMap(renderUnfinished),
  ];
  const tail = [
    ...common.flatMap((note) => [sentence(note), '']),
    ...renderRefusals(plan),
    ...cut(plan.warnings.map(renderWarning), shares.warnings, 'warnings'),
    ...renderUndeclared(plan),
    ...renderDisowned(plan),
    ...cut(countsOf(plan).flatMap(renderCounts), shares.counts, 'lines of counts'),
    summaryOf(plan).replace(/ {4}id (\S+)$/, ' · id `$1`'),
    '',
  ];
  const room = most - lengthOf([...head, ...tail]);
  return [...head, ...(rows.length === 0 ? [] : table(rows, room)), ...tail].join('\n');
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

/** Characters for the sentence about rows that are cut. */
const aboutCut = 600;

function table(rows: readonly Row[], room: number): string[] {
  const head = ['| change | kind | name | what | declared in |', '|---|---|---|---|---|'];
  const lines = rows.map((row) => ({ row, text: `| ${cellsOf(row).map(cell).join(' | ')} |` }));
  const { shown, left } = chooseRows(lines, room - lengthOf(head) - aboutCut);
  return [...head, ...shown, '', ...(left.length === 0 ? [] : [sayCut(left), ''])];
}

function sayCut(rows: readonly Row[]): string {
  const kinds = new Map<string, number>();
  for (const { change, object, steps, refusals } of rows) {
    const kind = `${change} ${object}${refusals.length > 0 ? ' (refused)' : ''}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + steps);
  }
  const said = [...kinds].map(([kind, steps]) => `${count(steps)} × ${kind}`).join(', ');
  const what = `**${plural(rows.length, 'row')} cut**, as a comment can't be longer: ${said}.`;
  return `${what} The plan as text shows all.`;
}

/** Renders the lines that fit, and how many more there are. */
function cut(lines: readonly string[], share: number, what: string): string[] {
  const shown = fit(lines, most * share);
  const more = lines.length - shown.length;
  return more === 0 ? [...shown] : [...shown, `**… and ${count(more)} more ${what}**`, ''];
}

function cellsOf(row: Row): string[] {
  const { change, object, name, what, place, notes, inside, refusals } = row;
  const lines = [code(what), ...notes.map(sentence), ...inside.map(code)];
  return [
    refusals.length > 0 ? `${change}: **refused**` : change,
    object,
    code(name),
    lines.filter((line) => line !== '').join('<br>'),
    code(place),
  ];
}

function renderRefusals(plan: Plan): string[] {
  const { refusals } = plan;
  if (refusals.length === 0) return [];
  const lines = refusals.map(
    ({ address, reason, hint }) =>
      `- ${address === undefined ? '' : `${code(address)}: `}${sentence(reason)}: ${sentence(hint)}`,
  );
  return ['**Refused**', '', ...cut(lines, shares.refusals, 'refused'), '', meanwhile(plan), ''];
}

function renderUndeclared(plan: Plan): string[] {
  const lines = undeclaredNotes(plan).map(({ what, into, from, more }) => {
    const ways = [...from.map(code), ...(more === '' ? [] : [more])].join('; ');
    return `> note: ${what}${into === '' ? '' : ` ${code(into)}: ${ways}`}\n`;
  });
  return lines.length === 0 ? [] : [...lines, `> ${sentence(undeclaredHint)}\n`];
}

function renderDisowned(plan: Plan): string[] {
  const note = disownedNote(plan);
  if (note === undefined) return [];
  const { heading, addresses, more, hint } = note;
  const list = [
    ...addresses.map((address) => `> - ${code(address)}`),
    ...(more === '' ? [] : [`> - ${more}`]),
  ];
  const parts = [sentence(heading), sentence(hint)].filter((part) => part !== '');
  return [`> note: ${parts.join('; ')}`, ...(list.length === 0 ? [] : ['>', ...list]), ''];
}

function renderWarning(warning: Warning): string {
  const { message, hint } = warning;
  const parts = [sentence(message), code(placeOf(warning.source)), sentence(hint ?? '')];
  return `> warning: ${parts.filter((part) => part !== '').join(' · ')}\n`;
}

function renderCounts({ by, lines }: Counts): string[] {
  return [`By ${by}:`, '', ...lines.map(({ name, what }) => `- ${code(name)}: ${what}`), ''];
}

/** Characters of lines, including line ends. */
const lengthOf = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + line.length + 1, 0);

/** Returns as many of the first lines as fit. */
function fit(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  const end = lines.findIndex((line) => (left -= line.length + 1) < 0);
  return end < 0 ? lines : lines.slice(0, end);
}

interface Line {
  readonly row: Row;
  readonly text: string;
}

/** Chooses the most important rows, and shows them in their original order. */
function chooseRows(
  lines: readonly Line[],
  room: number,
): { readonly shown: readonly string[]; readonly left: readonly Row[] } {
  const byWeight = [...lines].sort((a, b) => weightOf(a.row) - weightOf(b.row));
  let left = room;
  const chosen = new Set(byWeight.filter(({ text }) => (left -= text.length + 1) >= 0));
  return {
    shown: lines.filter((line) => chosen.has(line)).map(({ text }) => text),
    left: lines.filter((line) => !chosen.has(line)).map(({ row }) => row),
  };
}

/** Rows of many steps come first, then refusals, deletes, replacements, updates, creates. */
function weightOf({ steps, change, refusals }: Row): number {
  if (steps > 1) return 0;
  if (refusals.length > 0) return 1;
  return { delete: 2, replace: 3, update: 4, create: 5 }[change];
}
