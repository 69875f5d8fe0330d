// Looks at the broker before anything is sent to it: which one it is, and whether it has the exchange. Declares nothing.
import { closeConnection, openConnection } from '../../amqp/open-connection.ts';
import type { LinkOptions } from '../messaging/link.ts';
import { checkBroker } from '../messaging/check-broker.ts';

/** The broker's own name. Throws AmqpError where it can't be reached, InvalidInput where it has no such exchange. */
export async function checkExchange(options: LinkOptions, exchange: string): Promise<string> {
  await checkBroker(options.target, options, [{ kind: 'exchange', name: exchange }]);
  const model = await openConnection(options.target, options);
  try {
    return model.connection.serverProperties['cluster_name'] ?? '';
  } finally {
    await closeConnection(model);
  }
}
