// Leaves out the records of a ledger that no longer count since the run went back to an earlier
// round.
import type { LedgerRecord } from '../model/records.ts';

/** In their order, the `went_back` ones included. */
export function standing(records: readonly LedgerRecord[]): LedgerRecord[] {
  let all: LedgerRecord[] = [];
  for (const record of records) {
    if (record.kind === 'went_back') all = all.filter((one) => !isGivenUp(one, record.round));
    all.push(record);
  }
  return all;
}

function isGivenUp(record: LedgerRecord, round: number): boolean {
  switch (record.kind) {
    case 'closed':
      return record.round >= round;
    case 'accepted':
    case 'rejected':
      return record.unit.kind !== 'init' && record.unit.round >= round;
    default:
      return false;
  }
}
