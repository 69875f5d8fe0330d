import { ExpectedError } from '../topology/problem.ts';
import type { Drift } from './drift.ts';

/** The broker is no longer as the plan found it. Nothing was written. */
export class StalePlan extends ExpectedError {
  readonly drifts: readonly Drift[];

  constructor(drifts: readonly Drift[]) {
    const more = drifts.length > 5 ? `; and ${drifts.length - 5} more` : '';
    const first = drifts.slice(0, 5).map(({ message }) => message);
    super(`the plan is stale: ${first.join('; ')}${more}`, {
      hint: 'nothing was written; plan again',
    });
    this.drifts = drifts;
  }
}
