// Keeps npm test short: of tests that do the same for another type, verb, signal or moment it runs
// one of each value, and npm run test:long and test:versions run all.
import { test, type TestFunction, type TestOptions } from 'vitest';

export const isWhole = process.env['TOPO_TEST_WHOLE'] !== undefined;

/** Rows such that each value that a row can have stands in one at least. */
export function sampleOf<Row extends object>(rows: readonly Row[]): readonly Row[] {
  const met = new Set<string>();
  return rows.filter((row) => {
    const before = met.size;
    for (const value of Object.entries(row)) met.add(JSON.stringify(value));
    return isWhole || met.size > before;
  });
}

interface Register {
  (name: string, run: TestFunction): void;
  (name: string, options: TestOptions, run: TestFunction): void;
}

/** A test that only the whole has. */
export const testInWhole: Register = isWhole ? test : () => undefined;

/** The first rows, where the others are more of the same. */
export const firstOf = <Row>(rows: readonly Row[], count = 1): readonly Row[] =>
  isWhole ? rows : rows.slice(0, count);
