// The dead letters of a topology, held while somebody looks at them: those that are not removed stay as they were.
import type { ChannelModel, ConfirmChannel, GetMessage } from 'amqplib';
import { toAmqpError } from '../../amqp/amqp-error.ts';
import { getMessage } from '../../amqp/get-message.ts';
import { close, closeConnection } from '../../amqp/open-connection.ts';
import { settleAcks } from '../../amqp/settle-acks.ts';
import { assertFits } from '../../amqp/writable.ts';
import { attemptHeader } from '../message.ts';
import type { Message } from '../publisher.ts';
import { carry, deathHeaders, type Carried } from '../work/republish.ts';
import { deleteDead, readDead, type DeadFile } from './folder.ts';
import { publisherOf } from './publisher-of.ts';
import { readLetter, type Letter } from './letter.ts';

export interface HeldLetter {
  readonly letter: Letter;
  readonly message: Carried;
  /** A file, which only this machine's user writes. */
  readonly isOwn: boolean;
  readonly remove: () => Promise<void>;
  /** For whoever has only looked: keeps the broker from dropping a letter that was looked at too often. */
  readonly spare: () => Promise<void>;
}

export interface DeadLetters {
  /** How many there were at first. */
  readonly count: number;
  /** Others that take letters away, or did when this began. */
  readonly consumers: number;
  /** Those that were there at first, in their order. */
  held(): AsyncIterable<HeldLetter>;
  /** What was not removed is where it was, in its order. */
  close(): Promise<void>;
}

export async function openDeadFolder(folder: string): Promise<DeadLetters> {
  const files: DeadFile[] = [];
  for await (const file of readDead(folder)) files.push(file);
  return {
    ...{ count: files.length, consumers: 0 },
    async *held() {
      for (const file of files) {
        const { message } = file;
        yield await Promise.resolve({
          ...{ letter: readLetter(message), message, isOwn: true },
          remove: () => deleteDead(file),
          spare: () => Promise.resolve(),
        });
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Those of one place, and then those of another. */
export const both = (first: DeadLetters, second: DeadLetters): DeadLetters => ({
  count: first.count + second.count,
  consumers: first.consumers + second.consumers,
  async *held() {
    yield* first.held();
    yield* second.held();
  },
  async close() {
    await first.close();
    await second.close();
  },
});

/**
 * Takes the connection over, and closes it. `limit`: how often a letter may be delivered. Throws an AmqpError where there is
 * no such queue.
 */
export async function openDeadQueue(
  model: ChannelModel,
  queue: string,
  { limit, user }: LookOptions,
): Promise<DeadLetters> {
  try {
    const channel = await model.createConfirmChannel();
    channel.on('error', () => undefined);
    const { messageCount, consumerCount } = await channel.checkQueue(queue);
    const looked = { queue, limit, user, isAnyRemoved: false };
    return {
      ...{ count: messageCount, consumers: consumerCount },
      held: () => hold(channel, looked, messageCount),
      close: async () => {
        // Where nothing is removed, copies of spared letters stand in their order. What is wrong, the next look at the queue says.
        if (looked.isAnyRemoved) await settleAcks(channel, queue).catch(() => undefined);
        // Its goodbye comes behind all acks, and gives the rest back.
        await close(channel);
        await closeConnection(model);
      },
    };
  } catch (error) {
    await closeConnection(model);
    throw toAmqpError(error);
  }
}

interface LookOptions {
  /** How often a letter may be delivered. */
  readonly limit: number;
  /** Whose name a copy bears that takes a letter's place; undefined for none. */
  readonly user?: string | undefined;
}

interface DeadQueue {
  readonly queue: string;
  readonly limit: number;
  readonly user: string | undefined;
  isAnyRemoved: boolean;
}

/** So many looks before the limit a letter is spared. */
const margin = 5;

/** Every letter stays unacked until the end: what went back at once would be got again, and again. */
async function* hold(
  channel: ConfirmChannel,
  of: DeadQueue,
  most: number,
): AsyncIterable<HeldLetter> {
  for (let seen = 0; seen < most; seen++) {
    const message = await getMessage(channel, of.queue);
    if (message === undefined) return;
    const letter = readLetter(message);
    yield {
      ...{ letter, message, isOwn: false },
      remove: () => {
        of.isAnyRemoved = true;
        return ack(channel, message);
      },
      spare: () => spare(channel, of, message, letter),
    };
  }
}

function ack(channel: ConfirmChannel, message: GetMessage): Promise<void> {
  try {
    channel.ack(message);
    return Promise.resolve();
  } catch (error) {
    return Promise.reject(toAmqpError(error));
  }
}

/** Puts a copy at the queue's end that nobody has looked at, confirmed, before the letter itself is acked. */
async function spare(
  channel: ConfirmChannel,
  { queue, limit, user }: DeadQueue,
  message: GetMessage,
  letter: Letter,
): Promise<void> {
  const looks: unknown = message.properties.headers?.['x-delivery-count'];
  if (typeof looks !== 'number' || looks < limit - margin) return;
  const publisher = publisherOf(message.properties);
  const copy = carry(message, { exchange: '', routing_key: queue }, copied(letter, publisher));
  const signed = { ...copy.properties, ...(user !== undefined && { userId: user }) };
  // Else it stays where it is: the next look at the queue says why, if it is gone.
  if (await isConfirmed(channel, { ...copy, properties: signed })) channel.ack(message);
}

function isConfirmed(
  channel: ConfirmChannel,
  { exchange, routing_key, content, properties }: Message,
): Promise<boolean> {
  const sending = new Promise<boolean>((resolve) => {
    const options = { ...properties, persistent: true };
    assertFits(options, channel);
    channel.publish(exchange, routing_key, content, options, (error: unknown) =>
      resolve(error === null),
    );
  });
  return sending.catch(() => false);
}

/** What the broker wrote of its own dead letters it writes for nobody else: it goes into our headers. */
function copied({ id, attempts, verdict, error, worker, queue, from, time }: Letter, user: string) {
  const all = Object.entries({
    [attemptHeader]: attempts,
    ...{ [deathHeaders.verdict]: verdict, [deathHeaders.error]: error },
    ...{ [deathHeaders.worker]: worker, [deathHeaders.queue]: queue, [deathHeaders.time]: time },
    [deathHeaders.user]: user,
    ...{ [deathHeaders.exchange]: from?.exchange, [deathHeaders.routing_key]: from?.routing_key },
  });
  const known = all.flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, value] as const],
  );
  return { id, headers: Object.fromEntries(known) };
}
