// Refuses to delete queues that on_remove keeps. No flag lifts it.
import type { Desired } from '../topology/desired.ts';
import { isQueue } from '../topology/object.ts';
import { quote } from '../topology/quote.ts';
import { removalOf } from '../topology/scope.ts';
import type { Change } from './change.ts';
import type { Refusal } from './plan.generated.ts';

export function guardRemovals(changes: readonly Change[], { scopes }: Desired): Refusal[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'delete' || !isQueue(change.before)) return [];
    if (change.renamed_to !== undefined) return [];
    const removal = removalOf(scopes, change.before);
    if (removal?.on_remove !== 'refuse') return [];
    const { file, line, col } = removal.at;
    return {
      code: 'on-remove',
      address: change.address,
      reason: `manage pattern ${quote(removal.match)} keeps it: on_remove: refuse at ${file}:${line}:${col}`,
      hint: 'declare it again, or give the pattern another on_remove: drain or delete-if-empty',
    };
  });
}
