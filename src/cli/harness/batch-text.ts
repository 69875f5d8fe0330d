// Renders a batch of published tasks as text: what is known of it, and what can't be known.
import { renderDuration, renderFigure } from '../../harness/report/figures.ts';
import type { BatchCount } from '../../harness/results/batch.ts';
import type { Depth } from '../../harness/results/watch-batch.ts';
import { escape } from '../../report/escape.ts';
import type { Paint } from '../../report/paint.ts';
import { count, plural } from '../../topology/count.ts';
import { cut, wrap, type Size } from './run-text.ts';

export interface BatchView {
  readonly tasks: BatchCount;
  readonly queues: readonly Depth[];
  /** What can't be known, as sentences. */
  readonly unknown: readonly string[];
}

/** What fits; the counts before all else. */
export function renderBatch(
  { tasks, queues, unknown }: BatchView,
  { columns, rows: most }: Size,
  paint: Paint,
): string[] {
  const { total, done, failed, retried, running, not_taken, not_heard_of, rate, left } = tasks;
  const rows: [string, number, (text: string) => string][] = [
    ['done', done, paint.green],
    ['failed', failed, paint.red],
    ['retried', retried, paint.yellow],
    ['running', running, paint.cyan],
    ['not taken', not_taken, paint.green],
    ['not heard of', not_heard_of, paint.dim],
  ];
  const told = rows.filter(([name, n]) => n > 0 || name === 'done');
  const pace =
    rate === undefined
      ? []
      : [
          `rate          ${renderFigure(rate)} a second` +
            (left === undefined || left === 0
              ? ''
              : `, about ${renderDuration(left * 1_000)} left`),
        ];
  const lines = [
    paint.bold(plural(total, 'task')),
    ...told.map(([name, n, colour]) => `${colour(name.padEnd(13))} ${count(n)}`),
    ...pace.map((line) => cut(line, columns)),
    ...queues.map((queue) => cut(escape(renderDepth(queue)), columns)),
    ...unknown.flatMap((line) =>
      wrap(escape(`not known: ${line}`), columns, 11).map((part) => paint.dim(part)),
    ),
  ];
  const room = most - 1;
  return lines.length <= room ? lines : [...lines.slice(0, room - 1), '…'];
}

const waits: Readonly<Record<Depth['role'], string>> = {
  worker: 'waiting',
  pool: 'waiting',
  retry: 'to be tried again',
  results: 'results, not taken yet: topo-harness results --output FILE',
  dead_letter: 'dead letters: topo-harness dead list',
};

const renderDepth = ({ queue, role, messages }: Depth): string =>
  `queue         ${queue}: ${messages === undefined ? 'not known' : count(messages)} ${waits[role]}`;
