// Runs the cases of a kind of fault, and counts them for the table that npm run test:faults prints.
import { crc32 } from 'node:zlib';
import { expect, TestRunner } from 'vitest';
import { Random } from '../src/harness/random.ts';
import { forEachParallel } from '../src/reconcile/parallel.ts';
import type { FaultName } from './fault-rows.ts';
import './fault-table.ts';

/** npm run test:faults draws one; samples in other projects are the same each time. */
const seed = Number(process.env['TOPO_TEST_SEED'] ?? 1);

/** `of`: what is drawn, so that one test's cases don't depend on another's. */
export const randomOf = (of: string): Random => new Random((seed + crc32(of)) % 2 ** 32);

export interface Fared {
  /** How a case went that went well, in a word or two; undefined if the fault did not happen. */
  readonly ended: string | undefined;
  readonly wrong: readonly string[];
}

/** Tries every case, some at once, and fails with all that went wrong. */
export async function tryAll<Case>(
  row: FaultName,
  cases: readonly Case[],
  atOnce: number,
  attempt: (one: Case) => Promise<Fared>,
): Promise<void> {
  const wrong: string[] = [];
  await forEachParallel(cases, atOnce, async (one) => {
    const fared = await attempt(one).catch((error: unknown) => ({
      ended: 'failed',
      wrong: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    }));
    if (fared.ended === undefined && fared.wrong.length === 0) return;
    countCase(row, fared);
    if (fared.wrong.length > 0) wrong.push(`${JSON.stringify(one)}: ${fared.wrong.join('; ')}`);
  });
  expect(wrong, `TOPO_TEST_SEED=${seed}`).toEqual([]);
}

/** Counts one case of the test that is running. */
function countCase(row: FaultName, { ended = 'well', wrong }: Fared): void {
  const meta = TestRunner.getCurrentTest()?.meta;
  if (meta === undefined) throw new Error('cases are counted while their test runs');
  const tally = (meta.faults ??= { row, well: {}, wrong: 0 });
  if (wrong.length > 0) tally.wrong++;
  else tally.well[ended] = (tally.well[ended] ?? 0) + 1;
}
