// Warns of messages that come again: an x-recent-history exchange sends its last ones to whatever
// is bound to it.
import { endsOf } from '../topology/address.ts';
import type { Live } from '../topology/live.ts';
import { isBinding, isExchange } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { isReplacement, type Step } from './step.ts';

/** An exchange that is replaced itself has forgotten them. */
export function warnOfHistory(steps: readonly Step[], live: Live): Problem[] {
  const replaced = new Set(steps.filter(isReplacement).map(({ address }) => address));
  const again = steps.flatMap((step) => {
    if (step.kind !== 'replace' || !isBinding(step.after)) return [];
    const { source, destination } = endsOf(step.after);
    const exchange = live.objects.get(source);
    const hasHistory = isExchange(exchange) && exchange.type === 'x-recent-history';
    return hasHistory && !replaced.has(source) ? destination : [];
  });
  return [...new Set(again)].map((address) => ({
    code: 'history',
    message: `${address} gets the last messages of its x-recent-history exchange again, worked off or not, as it is bound again`,
    hint: 'let its consumers know them by their ids, or expect them twice',
  }));
}
