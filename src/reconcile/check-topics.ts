// Checks the exchanges of declared topic permissions.
import { addressOfNamed } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { renderObject } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import type { Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { isWithin } from '../topology/versions.ts';

/** Measured on 4.3.6: earlier versions take any name. */
const needsExchange = { since: '4.3' };

export function topicExchangesExist(desired: Desired, live: Live): Problem[] {
  const { version } = live.broker;
  if (!isWithin(version, needsExchange)) return [];
  return [...desired.objects.values()].flatMap(({ object, at }) => {
    if (object.kind !== 'topic_permission' || object.exchange === '') return [];
    const { vhost, exchange } = object;
    const address = addressOfNamed('exchange', vhost, exchange);
    // Each vhost that was read has this one.
    const isRead = live.objects.has(addressOfNamed('exchange', vhost, 'amq.topic'));
    if (!isRead || live.objects.has(address) || desired.objects.has(address)) return [];
    return {
      code: 'no-such-exchange',
      message: `${renderObject(object)} is declared, and the exchange ${quote(exchange)} does not exist`,
      hint: `RabbitMQ ${version} refuses it; declare the exchange, or correct its name`,
      at,
    };
  });
}
