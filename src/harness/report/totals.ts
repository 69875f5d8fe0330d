// Totals of a run, over all its coordinators.
import type { RunRecords } from '../train/model/records.ts';

export interface Totals {
  /** Whose result counts, in rounds that stand. */
  readonly tasks: number;
  /** Of trainings, and results that were not valid. */
  readonly failures: number;
}

export const totalsOf = ({ ledger, timeline }: RunRecords): Totals => ({
  tasks: ledger.filter(({ kind }) => kind === 'accepted').length,
  failures: timeline.filter(
    (entry) => entry.kind === 'failed' || (entry.kind === 'dropped' && entry.why === 'invalid'),
  ).length,
});
