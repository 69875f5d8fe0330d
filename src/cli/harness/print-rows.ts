// Results on stdout, for people and programs that only look.
import { renderCsv, toCsvRow, type Order } from '../../harness/results/csv.ts';
import { renderLine } from '../../harness/results/row.ts';
import type { Format, Sink } from '../../harness/results/sink.ts';
import type { Terminal } from '../terminal.ts';

export function openPrinter(
  { print }: Pick<Terminal, 'print'>,
  format: Format,
  order: Order | undefined,
): Sink {
  const printed = new Set<string>();
  return {
    // Only a whole table has all its columns.
    most: format === 'csv' ? Infinity : 256,
    has: (id) => printed.has(id),
    add: (rows) => {
      for (const row of rows) printed.add(String(row.get('id')));
      if (format === 'csv') print(renderCsv(rows.map(toCsvRow), order));
      else print(rows.map(renderLine).join('\n'));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
