// Deletes what killed runs left and no run needs.
import { settledOf, type Unfinished } from '../reconcile/unfinished.ts';
import { addressOf } from '../topology/identity.ts';
import type { Session } from './connect.ts';
import type { Terminal } from './terminal.ts';
import { forget } from './unfinished.ts';

/** Call once the plan is agreed to. Throws ExpectedError if a record can't be removed. */
export async function deleteLeft(
  unfinished: Unfinished,
  { broker }: Pick<Session, 'broker'>,
  terminal: Terminal,
): Promise<void> {
  for (const kept of settledOf(unfinished)) await forget(kept, broker);
  for (const left of unfinished.litter) {
    await broker.delete(left, 'lose-nothing').catch((error: unknown) => {
      terminal.complain(`${addressOf(left)} is still there: ${(error as Error).message}`);
    });
  }
}
