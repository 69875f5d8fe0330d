// Renders the report of a run: one page that needs nothing else.
import { plural } from '../../topology/count.ts';
import type { TimelineEntry, RunRecords } from '../train/model/records.ts';
import { renderCurve } from './curve-svg.ts';
import { factsOf, type Facts } from './facts.ts';
import { renderDuration, renderFigure, renderTime } from './figures.ts';
import { Html, html } from './html.ts';
import { lanesOf, type Lane } from './lanes.ts';
import { chartsOf, type Chart } from './series.ts';
import { style } from './style.ts';
import { renderEvents, renderRounds, renderSettings } from './tables.ts';
import { isDense, isMerged, renderTimeline } from './timeline-svg.ts';
import { describe } from './words.ts';

/** Nothing may be fetched from anywhere, and nothing runs. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export function renderReport(records: RunRecords): string {
  const facts = factsOf(records);
  const lanes = lanesOf(records.ledger, records.timeline, facts.span.to);
  const charts = chartsOf(facts.closed);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${facts.run}: report of a training</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>
          ${header(facts, charts, lanes, records.timeline)}
          ${
            charts.length === 0
              ? undefined
              : html`<h2>Learning</h2>
                  <div class="curves">${charts.map(renderCurve)}</div>`
          }
          <h2>Workers</h2>
          ${timeline(facts, lanes, records.timeline)}
          <h2 id="rounds">Rounds</h2>
          ${renderRounds(facts)}
          <h2 id="events">What happened</h2>
          ${renderEvents(facts, records.timeline)}
          <h2>Job</h2>
          <div class="card">${renderSettings(records.job)}</div>
          <footer>
            Made by topo-harness train from ledger.jsonl and timeline.jsonl. Times count from the
            start of the run, ${renderTime(facts.span.from)}.
          </footer>
        </main>
      </body>
    </html> `.text;
}

const stateWords = { finished: 'finished', failed: 'failed', unfinished: 'not finished' } as const;

function header(
  facts: Facts,
  charts: readonly Chart[],
  lanes: readonly Lane[],
  events: readonly TimelineEntry[],
): Html {
  const { run, state, reason, span, rounds, closed, shards, sha256 } = facts;
  const results = charts.slice(0, 2).map(({ metric, training, evaluation }) => {
    const [last, where] =
      evaluation.length > 0 ? [evaluation.at(-1), ', evaluated'] : [training.at(-1), ''];
    return tile(`${metric}${where}`, renderFigure(last?.[1] ?? NaN));
  });
  const done =
    closed.length === rounds
      ? renderFigure(rounds)
      : html`${closed.length} <small>of ${rounds}</small>`;
  return html`<header>
    <p class="eyebrow">
      <span class="state ${state}">${stateWords[state]}</span><span>${renderTime(span.from)}</span>
    </p>
    <h1>${run}</h1>
    <p class="lead">${story(facts, lanes, events)}</p>
    ${reason === undefined ? undefined : html`<p class="lead"><strong>It failed:</strong> ${reason.split('\n').map((line) => html`${line}<br />`)}</p>`}
    <dl class="tiles">
      ${results}${tile('rounds', done)}${tile('shards', renderFigure(shards))}${tile('workers', renderFigure(lanes.length))}${tile('duration', renderDuration(span.to - span.from))}
    </dl>
    <p class="model">
      <span class="muted">${state === 'finished' ? 'Final model' : 'Last model'}, sha256</span
      ><code>${sha256 ?? 'none yet'}</code>
    </p>
  </header>`;
}

const tile = (name: string, value: string | Html): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;

/** What went wrong on the way, and that it did no harm. */
function story(
  { state, deaths, losses, accepted, closed, shards }: Facts,
  lanes: readonly Lane[],
  events: readonly TimelineEntry[],
): string {
  const silent = lanes.filter(({ silences }) => silences.length > 0).length;
  const again = events.filter(
    (entry) => entry.kind === 'dispatched' && entry.why !== 'first',
  ).length;
  const late = events.filter((entry) => entry.kind === 'dropped' && entry.why === 'late').length;
  const failed = events.filter(({ kind }) => kind === 'failed').length;
  const told = [
    [silent, plural(silent, 'worker') + ' fell silent'],
    [deaths.length, `the coordinator was gone ${times(deaths.length)}`],
    [losses.length, `the broker was out of reach ${times(losses.length)}`],
    [failed, plural(failed, 'attempt') + ' failed'],
    [again, plural(again, 'task') + (again === 1 ? ' was' : ' were') + ' sent again'],
    [late, plural(late, 'late result') + (late === 1 ? ' was' : ' were') + ' dropped'],
  ] as const;
  const text = told.filter(([n]) => n > 0).map(([, words]) => words);
  if (text.length === 0) return 'Nothing went wrong on the way.';
  const trained = accepted.filter(({ unit }) => unit.kind === 'train').length;
  // A round that was closed early depends on who was fast.
  const isSame = state === 'finished' && trained === closed.length * shards;
  const end = isSame ? ' The model is the one that an undisturbed run makes.' : '';
  return `On the way ${join(text)}.${end}`;
}

const times = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`);
const join = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

const mostLanes = 60;

function timeline(facts: Facts, all: readonly Lane[], events: readonly TimelineEntry[]): Html {
  const shown = new Set([...all].sort((a, b) => b.accepted - a.accepted).slice(0, mostLanes));
  const lanes = all.filter((lane) => shown.has(lane));
  const again = events.flatMap((entry) =>
    entry.kind === 'dispatched' && entry.why !== 'first'
      ? [{ at: entry.at, what: describe(entry)?.text ?? '' }]
      : [],
  );
  const names = lanes.map(
    ({ worker, accepted }) =>
      html`<li title="${worker}: ${plural(accepted, 'result')}">${worker}</li>`,
  );
  return html`<figure class="card">
    <figcaption>${legend(facts, lanes, again.length)}</figcaption>
    <div class="timeline${isDense(lanes) ? ' dense' : ''}">
      <ol class="names">
        <li>coordinator</li>
        ${names}
      </ol>
      <div>${renderTimeline({ facts, lanes, again })}</div>
    </div>
    ${all.length > lanes.length ? html`<p class="muted">${plural(all.length - lanes.length, 'further worker')} with fewer results not shown</p>` : undefined}
  </figure>`;
}

/** Only what is there to be seen. */
function legend({ deaths, losses }: Facts, lanes: readonly Lane[], again: number): Html {
  const isMany = isMerged(lanes);
  const has = (kind: string): boolean =>
    lanes.some(({ bars }) => bars.some((bar) => bar.kind === kind));
  const marked = (kind: string): boolean =>
    lanes.some(({ marks }) => marks.some((mark) => mark.kind === kind));
  const swatch = (kind: string): Html => html`<i class="swatch ${kind}"></i>`;
  const mark = (kind: string): Html =>
    html`<svg class="mark ${kind}" aria-hidden="true"><use href="#${kind}" x="7" y="6" /></svg>`;
  const entries = [
    [!isMany, html`${swatch('round-0')}${swatch('round-1')}`, 'training, even and odd rounds'],
    [isMany, swatch('round-0'), 'training and evaluation'],
    [!isMany && has('evaluate'), swatch('evaluate'), 'evaluation'],
    [!isMany && has('init'), swatch('init'), 'first parameters'],
    [has('second'), swatch('second'), 'a copy that came second'],
    [has('lost'), swatch('lost'), 'work that was lost'],
    [
      lanes.some(({ silences }) => silences.length > 0),
      swatch('silent'),
      'silent: killed, stopped or cut off',
    ],
    [marked('failed'), mark('failed'), 'failed'],
    [marked('dropped'), mark('dropped'), 'result dropped'],
    [again > 0, mark('again'), 'sent again'],
    [deaths.length > 0, swatch('death'), 'no coordinator'],
    [losses.length > 0, swatch('loss'), 'broker out of reach'],
  ] as const;
  return html`<span class="key"
    >${entries.filter(([isThere]) => isThere).map(([, sign, words]) => html`<span>${sign}${words}</span>`)}</span
  >`;
}
