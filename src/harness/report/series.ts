// The metrics of a run over its rounds, thinned out to draw.
import type { RoundFacts } from './facts.ts';

/** A round, and what was measured then. */
export type Point = readonly [round: number, value: number];

export interface Chart {
  readonly metric: string;
  readonly training: readonly Point[];
  readonly evaluation: readonly Point[];
}

const mostCharts = 8;

/** Loss and accuracy first; the others by name. */
export function chartsOf(rounds: readonly RoundFacts[]): Chart[] {
  return metricsOf(rounds)
    .map((metric) => ({
      metric,
      training: pointsOf(rounds, ({ metrics }) => metrics[metric]),
      evaluation: pointsOf(rounds, ({ evaluation }) => evaluation?.[metric]),
    }))
    .filter(({ training, evaluation }) => training.length + evaluation.length > 0)
    .slice(0, mostCharts);
}

export function metricsOf(rounds: readonly RoundFacts[]): string[] {
  const names = new Set<string>();
  for (const { metrics, evaluation } of rounds) {
    for (const name of Object.keys({ ...metrics, ...evaluation })) names.add(name);
  }
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

const known = ['loss', 'accuracy'];
const rank = (name: string): number => (known.includes(name) ? known.indexOf(name) : known.length);

/** What is not finite has no place on a curve. */
function pointsOf(
  rounds: readonly RoundFacts[],
  valueOf: (round: RoundFacts) => number | undefined,
): Point[] {
  return rounds.flatMap((round) => {
    const value = valueOf(round);
    return typeof value === 'number' && Number.isFinite(value)
      ? [[round.round, value] as const]
      : [];
  });
}

/** The least and the greatest of every stretch, so that no peak is lost. */
export function thin(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  const length = Math.ceil((2 * points.length) / most);
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += length) {
    const stretch = points.slice(start, start + length).sort((a, b) => a[1] - b[1]);
    const ends = new Set([stretch[0], stretch.at(-1)]);
    kept.push(...[...ends].filter((point) => point !== undefined).sort((a, b) => a[0] - b[0]));
  }
  return kept;
}
