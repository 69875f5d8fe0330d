// What the store holds that no resume needs: what a coordinator that was killed had no time to drop.
import type { LedgerRecord } from './records.ts';
import { standing } from './standing.ts';
import type { Stored } from './unit.ts';

/**
 * The hashes of the results of closed rounds, and of what a run gave up when it went back. A file
 * that the ledger does not name stays: its result may be delivered again.
 */
export function leftOver(ledger: readonly LedgerRecord[]): string[] {
  const records = standing(ledger);
  const closed = records.filter((record) => record.kind === 'closed').map(({ round }) => round);
  const last = Math.max(-1, ...closed);
  const isDone = (record: LedgerRecord): boolean =>
    record.kind === 'accepted' && record.unit.kind === 'train' && record.unit.round <= last;
  const needed = hashesIn(records.filter((record) => !isDone(record)));
  return [...hashesIn(ledger)].filter((sha256) => !needed.has(sha256));
}

const hashesIn = (records: readonly LedgerRecord[]): Set<string> =>
  new Set(records.flatMap(storedIn).map(({ sha256 }) => sha256));

function storedIn(record: LedgerRecord): Stored[] {
  const stored = [
    'parameters' in record ? record.parameters : undefined,
    'momentum' in record ? record.momentum : undefined,
  ];
  return stored.filter((one) => one !== undefined);
}
