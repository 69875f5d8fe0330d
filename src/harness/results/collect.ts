// Takes the results that are in a queue now, or only looks at them.
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { toAmqpError } from '../../amqp/amqp-error.ts';
import { close, closeConnection, openConnection } from '../../amqp/open-connection.ts';
import { settleAcks } from '../../amqp/get-message.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { hold, type Held } from '../messaging/held.ts';
import type { LinkOptions } from '../messaging/link.ts';
import { lockResults, toTaken } from '../messaging/results-lock.ts';
import type { Row } from './row.ts';
import type { Sink } from './sink.ts';
import { sortOut, Tally, type Collected } from './sort-out.ts';

export interface CollectOptions {
  readonly link: LinkOptions;
  /** A queue. */
  readonly results: string;
  /** How often a message of the queue may be delivered before the broker drops it. */
  readonly limit: number;
  /** Whose name a copy of one bears; undefined for none. */
  readonly user: string | undefined;
  readonly sink: Sink;
  /** Whether those that are safe leave the queue. */
  readonly isTaking: boolean;
  /** Ends it before its time; what is safe by then is. */
  readonly stop: AbortSignal;
}

/** Throws ResultsTaken if another process holds the queue, AmqpError, and what the sink does. */
export async function collect(options: CollectOptions): Promise<Collected> {
  const model = await openConnection(options.link.target, options.link);
  model.on('error', () => undefined);
  try {
    return await collectFrom(model, options);
  } catch (thrown) {
    if (thrown instanceof ExpectedError) throw thrown;
    throw toTaken(toAmqpError(thrown), options.results);
  } finally {
    await closeConnection(model);
  }
}

async function collectFrom(model: ChannelModel, options: CollectOptions): Promise<Collected> {
  const channel = await model.createConfirmChannel();
  channel.on('error', () => undefined);
  try {
    await lockResults(channel, options.results);
    return await drain(channel, options);
  } finally {
    // Its goodbye comes behind all acks, and gives the rest back.
    await close(channel);
  }
}

async function drain(channel: ConfirmChannel, options: CollectOptions): Promise<Collected> {
  const { results, limit, user, sink, isTaking, stop } = options;
  const { messageCount } = await channel.checkQueue(results);
  const tally = new Tally();
  let batch = new Map<string, Row>();
  let taken: Held[] = [];
  for await (const held of hold(channel, { queue: results, limit, user }, messageCount)) {
    if (!isTaking && held.isWorn) await refuse(held, options);
    const sorted = sortOut(held.message);
    if (sorted.kind === 'row') {
      taken.push(held);
      if (sink.has(sorted.id) || batch.has(sorted.id)) tally.again++;
      else batch.set(sorted.id, sorted.row);
    } else {
      tally.leave(sorted);
      if (held.isWorn) await held.renew();
    }
    if (batch.size >= sink.most) await flush();
    if (stop.aborted) break;
  }
  await flush();
  if (isTaking) await settleAcks(channel, results);
  return tally.collected;

  async function flush(): Promise<void> {
    if (batch.size > 0) await sink.add([...batch.values()]);
    tally.rows += batch.size;
    if (isTaking) for (const held of taken) held.ack();
    batch = new Map();
    taken = [];
  }
}

/** A refused look counts as a delivery, too. */
async function refuse(held: Held, { results, limit }: CollectOptions): Promise<never> {
  await held.renew();
  throw new ExpectedError(
    `queue ${results} drops what is delivered more than ${limit} times, and its results were looked at almost so often`,
    { hint: 'take them: topo-harness results --output FILE; or declare a higher x-delivery-limit' },
  );
}
