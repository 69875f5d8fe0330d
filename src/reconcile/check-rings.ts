// Two bindings of one exchange that keeps a ring to one destination: the ring has one place for both.
import { endsOf, type Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import { isBinding, isExchange } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { keepsRing } from '../topology/ring.ts';

export function warnOfSharedPlaces(desired: Desired, live: Live): Problem[] {
  const first = new Map<string, Address>();
  return [...desired.objects].flatMap(([address, { object, at }]) => {
    if (!isBinding(object)) return [];
    const { source, destination } = endsOf(object);
    const exchange = desired.objects.get(source)?.object ?? live.objects.get(source);
    if (!isExchange(exchange) || !keepsRing(exchange.type)) return [];
    const place = `${source} ${destination}`;
    const other = first.get(place) ?? addressOf(object);
    first.set(place, other);
    if (other === address) return [];
    return {
      code: 'shared-place',
      message: `exchange "${object.source}" is bound to ${object.destination_type} "${object.destination}" twice, and keeps one place for both on its ring: when one of them goes, RabbitMQ drops the place`,
      hint: 'declare one binding, with the weight of both as its routing key',
      at,
    };
  });
}
