// An exchange that something else sends messages on to is not deleted: they would be dropped without a word.
import type { Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { Live } from '../topology/live.ts';
import type { TopologyObject } from '../topology/object.ts';
import { onwardOf } from '../topology/onward.ts';
import { byAddress, type Change } from './change.ts';
import type { Refusal } from './plan.generated.ts';

export function guardOnward(changes: readonly Change[], live: Live): Refusal[] {
  const deleted = changes.filter(({ kind }) => kind === 'delete').map(({ address }) => address);
  const goingExchanges = deleted.filter(
    (address) => live.objects.get(address)?.kind === 'exchange',
  );
  if (goingExchanges.length === 0) return [];
  const senders = sendersAfter(changes, live);
  return goingExchanges.flatMap((address) => {
    const [first, ...others] = senders.get(address) ?? [];
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ` and ${plural(others.length, 'other')}`;
    return {
      code: 'onward',
      address,
      reason: `${first}${more} would send messages on to it, and they would be dropped`,
      hint: 'declare or protect it, or change what names it first',
    };
  });
}

/** By exchange, what will send messages on to it once all changes are made. */
function sendersAfter(changes: readonly Change[], live: Live): Map<Address, string[]> {
  const planned = byAddress(changes);
  const senders = new Map<Address, string[]>();
  for (const [address, before] of live.objects) {
    const change = planned.get(address);
    const object: TopologyObject | undefined =
      change?.kind === 'delete' ? undefined : (change?.after ?? before);
    const onward = object && onwardOf(object);
    if (object === undefined || object.kind === 'binding' || onward === undefined) continue;
    const sender = `${object.kind} ${object.name} (${onward.argument})`;
    const group = senders.get(onward.exchange);
    if (group) group.push(sender);
    else senders.set(onward.exchange, [sender]);
  }
  return senders;
}
