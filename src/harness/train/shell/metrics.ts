// Checks the metrics of results, and averages them over a round.
import { quote } from '../../../topology/quote.ts';
import type { Accepted } from '../model/records.ts';
import type { Job } from '../job/job.generated.ts';

type Metrics = Readonly<Record<string, number>>;

/** Characters of JSON: a worker's trainer can't say more. */
const longest = 2 ** 20;
/** So that no mean of any overflows. */
const most = Number.MAX_VALUE / 2;

/** Throws why a run can't do with them. */
export function checkMetrics(metrics: Metrics): void {
  const { length } = JSON.stringify(metrics);
  if (length > longest)
    throw new Error(`its metrics have ${length} characters, and ${longest} at most are kept`);
  const large = Object.keys(metrics).find((name) => Math.abs(metrics[name] ?? 0) > most);
  if (large !== undefined) throw new Error(`its metric ${quote(large)} is too large`);
}

/** Means of each metric that every part has, weighted as the parameters are. */
export function meansOf(parts: readonly Accepted[], weight: Weight): Metrics {
  const weights = parts.map((part) => weightOf(part, weight));
  const total = weights.reduce((sum, one) => sum + one, 0);
  const shares = weights.map((one) => (total > 0 ? one / total : 1 / parts.length));
  const names = Object.keys(parts[0]?.metrics ?? {}).filter((name) =>
    parts.every(({ metrics }) => Object.hasOwn(metrics, name)),
  );
  return Object.fromEntries(
    names.map((name) => [
      name,
      parts.reduce((sum, { metrics }, n) => sum + (shares[n] ?? 0) * (metrics[name] ?? 0), 0),
    ]),
  );
}

export type Weight = Job['weight'];

export const weightOf = ({ samples }: Pick<Accepted, 'samples'>, weight: Weight): number =>
  weight === 'equal' ? 1 : samples;
