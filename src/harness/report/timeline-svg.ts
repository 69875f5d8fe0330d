// The workers' timeline as SVG, a lane for each: places are shares of the width, so that it
// stretches with the page.
import type { Time } from '../train/model/records.ts';
import type { Facts, Span } from './facts.ts';
import { renderClock, renderDuration } from './figures.ts';
import { html, type Html } from './html.ts';
import type { Bar, Lane } from './lanes.ts';
import { clockTicksOf, percent } from './scale.ts';

/** Of a lane, in pixels; more than twenty stand closer. */
const wide = { lane: 30, top: 7, height: 16 };
const dense = { lane: 20, top: 4, height: 12 };
type Measures = typeof wide;
export const isDense = (lanes: readonly Lane[]): boolean => lanes.length > 20;
/** Above the lanes: the numbers of the rounds. */
const head = 22;
const foot = 24;
/** More bars than these are merged, where they touch on any screen. */
const mostBars = 3_000;
export const isMerged = (lanes: readonly Lane[]): boolean =>
  lanes.reduce((sum, { bars }) => sum + bars.length, 0) > mostBars;

const finest = 1 / 1_500;
const mostMarks = 400;
const mostBands = 400;

export interface Drawing {
  readonly facts: Facts;
  readonly lanes: readonly Lane[];
  /** When tasks were sent again, and of which. */
  readonly again: readonly { readonly at: Time; readonly what: string }[];
}

export function renderTimeline({ facts, lanes, again }: Drawing): Html {
  const { span, closed, deaths, losses } = facts;
  const measures = isDense(lanes) ? dense : wide;
  const { lane } = measures;
  const x = (at: Time): number =>
    Math.min(1, Math.max(0, (at - span.from) / (span.to - span.from || 1)));
  const bottom = head + lane * (lanes.length + 1);
  const axis = clockTicksOf(span.to - span.from, 7).map((tick, n) => {
    const at = percent(x(span.from + tick));
    return html`<line class="grid" x1="${at}" x2="${at}" y1="${head}" y2="${bottom}"/><text${n % 2 === 1 ? html` class="spare"` : undefined} x="${at}" y="${bottom + 18}" text-anchor="middle">${renderClock(tick).replace(/\.0$/, '')}</text>`;
  });
  const rows = lanes.map(({ bars, silences, marks }, n) => {
    const top = head + lane * (n + 1);
    return html`<g
      >${[
        ...spans(silences, x, 'silent', top + lane / 10, lane * 0.8, 'silent'),
        ...(isMerged(lanes)
          ? merged(bars, x, top, measures)
          : bars.map((one) => renderBar(one, x, top, measures))),
        ...marks
          .slice(0, Math.ceil(mostMarks / lanes.length))
          .map(({ kind, at, what }) =>
            kind === 'failed'
              ? symbol(
                  'failed',
                  x(at),
                  top + lane / 2,
                  `failed at ${renderClock(at - span.from)}: ${what}`,
                )
              : symbol(
                  'dropped',
                  x(at),
                  top + lane / 2,
                  `dropped at ${renderClock(at - span.from)}: ${what}`,
                ),
          ),
      ]}</g
    >`;
  });
  const own = head + lane / 2;
  return html`<svg
    class="plot"
    role="img"
    aria-labelledby="timeline-title timeline-desc"
    width="100%"
    height="${bottom + foot}"
  >
    <title id="timeline-title">What each worker did, and when</title>
    <desc id="timeline-desc">
      A lane for each of ${lanes.length} workers over ${renderDuration(span.to - span.from)}. The
      tables below tell the same in words.
    </desc>
    <defs>
      <pattern
        id="hatch"
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="hatch-ground" width="6" height="6" />
        <rect class="hatch-line" width="2" height="6" />
      </pattern>
      <g id="failed"><path d="M-4 -4L4 4M-4 4L4 -4" /></g>
      <g id="dropped"><circle r="4" /></g>
      <g id="again"><path d="M0 -5L5 0L0 5L-5 0Z" /></g>
    </defs>
    ${axis}${bands(facts, x, bottom)} ${rows}
    ${spans(losses, x, 'loss', head, bottom - head, 'the broker is out of reach')}
    ${spans(deaths, x, 'death', head, bottom - head, 'no coordinator')}
    ${again.slice(0, mostMarks).map(({ at, what }) => symbol('again', x(at), own, `${what} (${renderClock(at - span.from)})`))}
    ${closed.length === 0 ? undefined : html`<line class="rim" x1="0" x2="100%" y1="${head + lane}" y2="${head + lane}" />`}
  </svg>`;
}

type Place = (at: Time) => number;

/**
 * Rounds, as a ground that changes from one to the next, with as many numbers as there is room for.
 */
function bands({ closed }: Facts, x: Place, bottom: number): Html[] {
  if (closed.length > mostBands) return [];
  const every = Math.ceil(closed.length / 12);
  return closed.map(({ round, from, to }, n) => {
    const label =
      n % every === 0
        ? html`<text
            class="round${n % (2 * every) === 0 ? '' : ' spare'}"
            x="${percent((x(from) + x(to)) / 2)}"
            y="${head - 8}"
            text-anchor="middle"
            >${round}</text
          >`
        : undefined;
    const ground =
      round % 2 === 0
        ? html`<rect
            class="band"
            x="${percent(x(from))}"
            width="${percent(x(to) - x(from))}"
            y="${head}"
            height="${bottom - head}"
          />`
        : undefined;
    return html`${ground}${label}`;
  });
}

function spans(
  all: readonly Span[],
  x: Place,
  kind: string,
  y: number,
  height: number,
  what: string,
): Html[] {
  return all.slice(0, mostMarks).map(({ from, to }) => {
    const [left, right] = [x(from), x(to)];
    return html`<g class="${kind}"
      ><title>${what} for ${renderDuration(to - from)}</title
      ><rect
        x="${percent(left)}"
        width="${percent(right - left)}"
        y="${y}"
        height="${height}" /><line
        x1="${percent(left)}"
        x2="${percent(left)}"
        y1="${y}"
        y2="${y + height}"
    /></g>`;
  });
}

function renderBar(
  { kind, round, from, to, what }: Bar,
  x: Place,
  top: number,
  bar: Measures,
): Html {
  const title = `${what}, ${renderDuration(to - from)}`;
  return html`<rect
    class="bar ${classOf(kind, round)}"
    x="${percent(x(from))}"
    width="${percent(Math.max(0.0008, x(to) - x(from)))}"
    y="${top + bar.top}"
    height="${bar.height}"
    rx="2"
    ><title>${title}</title></rect
  >`;
}

const classOf = (kind: Bar['kind'], round: number): string =>
  kind === 'train' ? `round-${round % 2}` : kind;

/**
 * One path for all that counts, one for copies that came second, and one for what was lost: bars
 * closer than the eye can tell are one.
 */
function merged(bars: readonly Bar[], x: Place, top: number, bar: Measures): Html[] {
  const path = (some: readonly Bar[], kind: string): Html => {
    const stretches: [number, number][] = [];
    for (const { from, to } of some) {
      const last = stretches.at(-1);
      const [left, right] = [x(from), Math.max(x(to), x(from) + finest)];
      if (last !== undefined && left <= last[1] + finest) last[1] = Math.max(last[1], right);
      else stretches.push([left, right]);
    }
    const d = stretches.map(
      ([left, right]) => `M${round(left)} 0H${round(right)}V1H${round(left)}z`,
    );
    return html`<svg
      viewBox="0 0 1000 1"
      width="100%"
      y="${top + bar.top}"
      height="${bar.height}"
      preserveAspectRatio="none"
    >
      <path class="bar ${kind}" d="${d.join('')}" />
    </svg>`;
  };
  const of = (kind: 'second' | 'lost'): Html =>
    path(
      bars.filter((one) => one.kind === kind),
      kind,
    );
  const counted = bars.filter(({ kind }) => kind !== 'lost' && kind !== 'second');
  return [path(counted, 'round-0'), of('second'), of('lost')];
}

const round = (share: number): string => String(Number((1_000 * share).toFixed(1)));

function symbol(kind: string, share: number, y: number, what: string): Html {
  return html`<svg class="mark ${kind}" x="${percent(share)}" y="${y}" overflow="visible">
    <use href="#${kind}" />
    <title>${what}</title>
  </svg>`;
}
