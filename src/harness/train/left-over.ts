// What the store holds that no resume needs: what a coordinator that was killed had no time to drop.
import type { LedgerRecord } from './records.ts';
import type { Stored } from './unit.ts';

/** The hashes of the results of closed rounds. What the ledger does not know stays: it may be a result that is told of again. */
export function leftOver(records: readonly LedgerRecord[]): string[] {
  const closed = records.filter((record) => record.kind === 'closed').map(({ round }) => round);
  const last = Math.max(-1, ...closed);
  const needed = new Set<string>();
  const done = new Set<string>();
  for (const record of records) {
    const isDone =
      record.kind === 'accepted' && record.unit.kind === 'train' && record.unit.round <= last;
    for (const { sha256 } of storedIn(record)) (isDone ? done : needed).add(sha256);
  }
  return [...done].filter((sha256) => !needed.has(sha256));
}

function storedIn(record: LedgerRecord): Stored[] {
  const stored = [
    'parameters' in record ? record.parameters : undefined,
    'momentum' in record ? record.momentum : undefined,
  ];
  return stored.filter((one) => one !== undefined);
}
