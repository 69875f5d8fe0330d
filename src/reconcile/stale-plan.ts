import { ExpectedError } from '../topology/problem.ts';

/** The broker is no longer as the plan found it. Nothing was written. */
export class StalePlan extends ExpectedError {
  constructor(reasons: readonly string[]) {
    const more = reasons.length > 5 ? `; and ${reasons.length - 5} more` : '';
    super(`the plan is stale: ${reasons.slice(0, 5).join('; ')}${more}`, {
      hint: 'nothing was written; plan again',
    });
  }
}
