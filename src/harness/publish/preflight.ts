// Looks at the broker before anything is sent to it: which one it is, and whether it has the exchange. Declares nothing.
import type { ChannelModel } from 'amqplib';
import { toAmqpError } from '../../amqp/amqp-error.ts';
import { closeConnection, openConnection } from '../../amqp/open-connection.ts';
import { InvalidInput } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import type { LinkOptions } from '../link.ts';

/** The broker's own name. Throws AmqpError where it can't be reached, InvalidInput where it has no such exchange. */
export async function checkExchange(options: LinkOptions, exchange: string): Promise<string> {
  const model = await openConnection(options.target, options);
  model.on('error', () => undefined);
  try {
    await check(model, exchange);
    return model.connection.serverProperties['cluster_name'] ?? '';
  } catch (thrown) {
    const error = toAmqpError(thrown);
    throw error.code === 404 ? missing(exchange, options.vhost) : error;
  } finally {
    await closeConnection(model);
  }
}

async function check(model: ChannelModel, exchange: string): Promise<void> {
  const channel = await model.createChannel();
  // The call that was refused rejects, too, and tells more.
  channel.on('error', () => undefined);
  await channel.checkExchange(exchange);
}

const missing = (exchange: string, vhost: string): InvalidInput =>
  new InvalidInput([
    {
      code: 'missing-object',
      message: `the broker has no exchange ${quote(exchange)} in vhost ${quote(vhost)}`,
      hint: 'run topo apply',
    },
  ]);
