// Renders the figures and the events of a run as tables.
import type { TimelineEntry } from '../train/model/records.ts';
import { tookOf, type Facts, type RoundFacts } from './facts.ts';
import { renderClock, renderDuration, renderFigure } from './figures.ts';
import { html, type Html } from './html.ts';
import { metricsOf } from './series.ts';
import { describe } from './words.ts';

const mostRounds = 2_000;
const mostEvents = 500;
const mostMetrics = 6;

export function renderRounds({ closed }: Facts): Html {
  const shown = closed.slice(-mostRounds);
  const left = closed.length - shown.length;
  const metrics = columnsOf(shown);
  const rows = shown.map(
    ({ round, from, to, slowest, again, ...one }) =>
      html`<tr>
        <th scope="row">${round}</th>
        ${metrics.map(({ name, from }) => html`<td>${figure(one[from]?.[name])}</td>`)}
        <td>${renderDuration(to - from)}</td>
        <td>${slowest && `shard ${slowest.unit.shard}, ${renderDuration(tookOf(slowest))}`}</td>
        <td>${again === 0 ? html`<span class="muted">–</span>` : again}</td>
      </tr> `,
  );
  return html`<div class="scroll" role="region" aria-labelledby="rounds" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">round</th>
            ${metrics.map(({ name, from }) => html`<th scope="col">${name}${from === 'evaluation' ? html` <small>evaluated</small>` : undefined}</th>`)}
            <th scope="col">took</th>
            <th scope="col">slowest</th>
            <th scope="col">sent again</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${note(left, 'earlier round', 'in ledger.jsonl')}`;
}

interface Column {
  readonly name: string;
  readonly from: 'metrics' | 'evaluation';
}

function columnsOf(rounds: readonly RoundFacts[]): Column[] {
  const all = metricsOf(rounds).flatMap((name): Column[] =>
    (['metrics', 'evaluation'] as const).map((from) => ({ name, from })),
  );
  return all
    .filter(({ name, from }) => rounds.some((one) => typeof one[from]?.[name] === 'number'))
    .slice(0, mostMetrics);
}

const figure = (value: unknown): string => (typeof value === 'number' ? renderFigure(value) : '');

export function renderEvents({ span }: Facts, timeline: readonly TimelineEntry[]): Html {
  const events = timeline.flatMap((entry) => {
    const words = describe(entry);
    return words === undefined ? [] : [{ at: entry.at, ...words }];
  });
  const rows = events.slice(0, mostEvents).map(
    ({ at, tone, text, lines = [] }) =>
      html`<tr>
        <th scope="row">${renderClock(at - span.from)}</th>
        <td class="${tone}">${text}${lines.map((line) => html`<br />${line}`)}</td>
      </tr> `,
  );
  return html`<div class="scroll" role="region" aria-labelledby="events" tabindex="0">
      <table class="events">
        <thead>
          <tr>
            <th scope="col">after</th>
            <th scope="col">what happened</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${note(events.length - mostEvents, 'further event', 'in timeline.jsonl')}`;
}

const mostSettings = 100;

/** Nested names are joined with dots. */
export function renderSettings(job: object): Html {
  const rows = [...flatten(job, '')].slice(0, mostSettings);
  return html`<dl class="settings">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function* flatten(value: unknown, name: string): Generator<readonly [string, string]> {
  const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isNested) yield [name, renderSetting(value)];
  else {
    for (const [key, inner] of Object.entries(value)) {
      yield* flatten(inner, name === '' ? key : `${name}.${key}`);
    }
  }
}

const longest = 200;

function renderSetting(value: unknown): string {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const text = list
    .slice(0, longest)
    .map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
    .join(', ');
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function note(left: number, noun: string, where: string): Html | undefined {
  if (left <= 0) return undefined;
  return html`<p class="muted">${left} ${noun}${left === 1 ? '' : 's'} not shown: ${where}</p>`;
}
