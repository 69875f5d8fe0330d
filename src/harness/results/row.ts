// A result as one flat row: its task, its outcome, and where and how it was trained.
import { escapeChar, unprintable } from '../../topology/json.ts';
import type { Result } from '../messaging/result.generated.ts';

/** By column, in the order of the columns: any JSON. The first is `id`, the task's. */
export type Row = ReadonlyMap<string, unknown>;

/** Fields that are rows of their own: `metrics.loss`. */
const spread = ['labels', 'hyperparameters', 'metrics', 'parameters'] as const;

/**
 * A field of the result that has no column here is not lost: the check of a result knows no others.
 */
export function rowOf(result: Result): Row {
  const { task, run, round, worker, attempt, seed, samples, started_at, finished_at } = result;
  const seconds = (Date.parse(finished_at) - Date.parse(started_at)) / 1_000;
  const columns: [string, unknown][] = [
    ['id', task],
    ['worker', worker],
    ['attempts', attempt],
    ['seconds', Number.isFinite(seconds) ? seconds : undefined],
    ['started_at', started_at],
    ['finished_at', finished_at],
    ['run', run],
    ['round', round],
    ['seed', seed],
    ...spread.flatMap((name) => spreadOut(name, result[name])),
    ['samples', samples],
    ['output', result.output],
  ];
  return new Map(columns.filter(([, value]) => value !== undefined));
}

const spreadOut = (name: string, fields: object = {}): [string, unknown][] =>
  Object.entries(fields).map(([field, value]) => [`${name}.${field}`, value]);

export const renderLine = (row: Row): string =>
  JSON.stringify(Object.fromEntries(row)).replace(unprintable, escapeChar);

/** The id of a line's task; undefined if the line is no row. */
export function idOfLine(line: string): string | undefined {
  try {
    const row: unknown = JSON.parse(line);
    const id = typeof row === 'object' && row !== null && 'id' in row ? row.id : undefined;
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}
