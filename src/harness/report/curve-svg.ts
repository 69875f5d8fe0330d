// A metric over the rounds, as SVG: the curve stretches with the page, its words do not.
import { renderFigure } from './figures.ts';
import { html, type Html } from './html.ts';
import { percent, rangeOf, ticksOf, wholeTicksOf } from './scale.ts';
import { thin, type Chart, type Point } from './series.ts';

const height = 200;
const mostPoints = 1_500;
/** More dots than these hide the curve. */
const mostDots = 120;

export function renderCurve({ metric, training, evaluation }: Chart, n: number): Html {
  const all = [...training, ...evaluation];
  const [first, last] = rangeOf(all.map(([round]) => round)) ?? [0, 0];
  const [least, most] = padded(rangeOf(all.map(([, value]) => value)) ?? [0, 0]);
  const x = (round: number): number => (last === first ? 0.5 : (round - first) / (last - first));
  const y = (value: number): number => (height * (most - value)) / (most - least);
  const rows = ticksOf(least, most, 5).map(
    (tick) =>
      html`<line
          class="grid"
          x1="0"
          x2="100%"
          y1="${y(tick).toFixed(1)}"
          y2="${y(tick).toFixed(1)}"
        /><text x="-8" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end"
          >${renderFigure(tick)}</text
        >`,
  );
  const columns = wholeTicksOf(first, last, 8).map(
    (tick, n) =>
      html`<text${n % 2 === 1 ? html` class="spare"` : undefined} x="${percent(x(tick))}" y="${height + 20}" text-anchor="middle">${tick}</text>`,
  );
  const draw = (points: readonly Point[], kind: string): Html => {
    const place = thin(points, mostPoints).map(
      ([round, value]) => `${(100 * x(round)).toFixed(2)},${y(value).toFixed(1)}`,
    );
    const dots =
      points.length > mostDots
        ? []
        : points.map(
            ([round, value]) =>
              html`<circle
                class="${kind}"
                cx="${percent(x(round))}"
                cy="${y(value).toFixed(1)}"
                r="${points.length > 40 ? 2 : 3}"
                ><title>round ${round}: ${renderFigure(value)} (${kind})</title></circle
              >`,
          );
    return html`<svg
        viewBox="0 0 100 ${height}"
        width="100%"
        height="${height}"
        preserveAspectRatio="none"
        overflow="visible"
      >
        <polyline class="${kind}" points="${place.join(' ')}" /></svg
      >${dots}`;
  };
  return html`<figure class="card curve">
    <figcaption>
      <h3>${metric}</h3>
      ${legendOf({ metric, training, evaluation })}
    </figcaption>
    <svg
      class="plot"
      role="img"
      aria-labelledby="curve-${n}-title curve-${n}-desc"
      width="100%"
      height="${height + 26}"
    >
      <title id="curve-${n}-title">${metric} over the rounds</title>
      <desc id="curve-${n}-desc">
        ${describe('training', training)} ${describe('evaluation', evaluation)}
      </desc>
      ${rows}${columns}
      ${training.length > 0 ? draw(training, 'training') : undefined}${evaluation.length > 0 ? draw(evaluation, 'evaluation') : undefined}
    </svg>
  </figure> `;
}

/** Room above and below, so that no point stands on the rim. */
function padded([least, most]: readonly [number, number]): readonly [number, number] {
  const room = most > least ? (most - least) * 0.06 : Math.max(Math.abs(most) * 0.1, 1e-9);
  return [least - room, most + room];
}

function legendOf({ training, evaluation }: Chart): Html {
  const lines = [
    ...(training.length > 0 ? [{ kind: 'training', points: training }] : []),
    ...(evaluation.length > 0 ? [{ kind: 'evaluation', points: evaluation }] : []),
  ];
  return html`<span class="key"
    >${lines.map(({ kind, points }) => html`<span><i class="swatch line ${kind}"></i>${kind} <b>${renderFigure(points.at(-1)?.[1] ?? NaN)}</b></span>`)}</span
  >`;
}

function describe(kind: string, points: readonly Point[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return '';
  const ends = `${renderFigure(first[1])} in round ${first[0]}, ${renderFigure(last[1])} in round ${last[0]}`;
  return `In ${kind}: ${ends}.`;
}
