// What of a ledger still counts: a run that went back to a round has given up what it made of that one and of those after it.
import type { LedgerRecord } from './records.ts';

/** In their order; those that went back are among them. */
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
