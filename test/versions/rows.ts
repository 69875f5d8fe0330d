// The table that npm run test:versions prints.
import { isGreen, type Outcome } from './run.ts';

export type Row = { readonly version: string; readonly log: string } & (
  { readonly outcome: Outcome } | { readonly error: string }
);

export const isGood = (row: Row): boolean => 'outcome' in row && isGreen(row.outcome);

export const byVersion = (a: Row, b: Row): number =>
  a.version.localeCompare(b.version, 'en', { numeric: true });

export function renderRows(rows: readonly Row[], lanes: number): string {
  const head = `version    passed  failed skipped seconds   (${lanes} at once)`;
  return [head, ...rows.map(renderRow)].join('\n');
}

function renderRow(row: Row): string {
  const version = row.version.padEnd(9);
  if ('error' in row) return `${version} not tested: ${row.error}`;
  const { passed, failed, skipped, seconds, failures } = row.outcome;
  const counts = [passed, failed, skipped, seconds].map((each) => String(each).padStart(8));
  const where = isGood(row) ? '' : `   see ${row.log}`;
  return [`${version}${counts.join('')}${where}`, ...failures.map((one) => `  ✗ ${one}`)].join(
    '\n',
  );
}
