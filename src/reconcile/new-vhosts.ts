// Plans as if the declared vhosts existed, with the exchanges that RabbitMQ makes in each.
import type { Address } from '../topology/address.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import { addressOf } from '../topology/identity.ts';
import { normalizeExchange } from '../topology/kinds/exchange.ts';
import type { Live, LiveObject, VhostSeen } from '../topology/live.ts';
import { predefinedExchanges } from '../topology/system.ts';

export function withDeclaredVhosts(live: Live, { objects: declared }: Desired): Live {
  const isVhost = ({ object }: Declared): boolean => object.kind === 'vhost';
  if (![...declared.values()].some(isVhost)) return live;
  const vhosts = new Map<string, VhostSeen>(live.vhosts);
  const objects = new Map<Address, LiveObject>(live.objects);
  for (const { object } of declared.values()) {
    if (object.kind !== 'vhost') continue;
    const { name, default_queue_type: type } = object;
    const found = live.vhosts.get(name);
    if (found === undefined && !live.broker.vhosts.has(name))
      for (const exchange of exchangesOf(name)) objects.set(addressOf(exchange), exchange);
    const isFixed = found !== undefined && !mayChangeType(live);
    const kept = found?.default_queue_type ?? 'classic';
    vhosts.set(name, { name, default_queue_type: isFixed ? kept : (type ?? kept) });
  }
  return { ...live, vhosts, objects };
}

/** 3.x keeps the default queue type that a vhost was created with. */
export const mayChangeType = ({ broker }: Live): boolean => Number.parseInt(broker.version) >= 4;

const exchangesOf = (vhost: string): LiveObject[] =>
  [...predefinedExchanges].map(([name, type]) => ({
    ...normalizeExchange({ name, type }, vhost),
    system: true,
  }));
