// Writes rows as CSV (RFC 4180), with a column for each field that any row has, and reads them
// back.
import { escapeChar, unprintable } from '../../topology/json.ts';
import type { Row } from './row.ts';

/** As it stands in the file, without quotes around it. */
type Cell = string;
/** By column, in the order of the columns. */
export type CsvRow = ReadonlyMap<string, Cell>;

export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

export const toCsvRow = (row: Row): CsvRow =>
  new Map([...row].map(([column, value]) => [escapeControls(column), cellOf(value)]));

/** Rows without a number in the column come last; those that are equal keep their order. */
export function renderCsv(rows: readonly CsvRow[], order: Order | undefined): string {
  const columns = columnsOf(rows);
  const sorted = order === undefined ? rows : [...rows].sort(by(order));
  const lines = [columns, ...sorted.map((row) => columns.map((column) => row.get(column) ?? ''))];
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

/** Undefined if it is no table with a column `id`. */
export function parseCsv(text: string): CsvRow[] | undefined {
  if (text === '') return [];
  if (!text.endsWith('\n')) return undefined;
  const [head, ...records] = recordsIn(text);
  if (head === undefined) return undefined;
  if (head[0] !== 'id' || records.some((cells) => cells.length !== head.length)) return undefined;
  return records.map(
    (cells) => new Map(head.map((column, index) => [column, cells[index] ?? ''] as const)),
  );
}

/**
 * Groups stay together: `metrics.accuracy` stands beside `metrics.loss`, though only a later row
 * has it.
 */
function columnsOf(rows: readonly CsvRow[]): string[] {
  const groups = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const column of row.keys()) {
      const group = column.split('.', 1)[0] ?? column;
      groups.set(group, (groups.get(group) ?? new Set()).add(column));
    }
  }
  return [...groups.values()].flatMap((group) => [...group]);
}

function by({ column, descending }: Order): (a: CsvRow, b: CsvRow) => number {
  const keyOf = (row: CsvRow): number => {
    const cell = row.get(column) ?? '';
    const number = cell === '' ? NaN : Number(cell);
    return Number.isNaN(number) ? Infinity : descending ? -number : number;
  };
  return (a, b) => {
    const [x, y] = [keyOf(a), keyOf(b)];
    return x === y ? 0 : x < y ? -1 : 1;
  };
}

/** A spreadsheet takes text that begins so for a formula. */
const formula = /^[=+\-@]/;

function cellOf(value: unknown): Cell {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return escapeControls(JSON.stringify(value));
  const text = escapeControls(value);
  return formula.test(text) ? `'${text}` : text;
}

/** Escapes what a terminal would act on or hide, as JSON does: CSV has no escapes. */
const escapeControls = (text: string): string =>
  text.replace(/[\u0000-\u001f]/g, escapeChar).replace(unprintable, escapeChar);

const quoted = (cell: Cell): string =>
  /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

const cellPattern = /(?:"((?:[^"]|"")*)"|([^",\n\r]*))(,|\r?\n|$)/gy;

/** None if the text is no CSV. */
function recordsIn(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let end = 0;
  for (const [all, inQuotes, bare = '', behind] of text.matchAll(cellPattern)) {
    if (end === text.length) break;
    end += all.length;
    record.push(inQuotes?.replaceAll('""', '"') ?? bare);
    if (behind === ',') continue;
    records.push(record);
    record = [];
  }
  return end === text.length ? records : [];
}
