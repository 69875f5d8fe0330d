// Holds the dead letters of a topology while someone looks at them. Those that are not removed stay
// as they were.
import type { ChannelModel, GetMessage } from 'amqplib';
import { toAmqpError } from '../../amqp/amqp-error.ts';
import { close, closeConnection } from '../../amqp/open-connection.ts';
import { settleAcks } from '../../amqp/get-message.ts';
import { hold, type Held, type HeldQueue } from '../messaging/held.ts';
import { attemptHeader } from '../messaging/message.ts';
import { deathHeaders, type Carried, type Own } from '../messaging/carry.ts';
import { deleteDead, readDead, type DeadFile } from './folder.ts';
import { publisherOf, readLetter, type Letter } from './letter.ts';

export interface HeldLetter {
  readonly letter: Letter;
  readonly message: Carried;
  /** A file, which only this machine's user writes. */
  readonly isOwn: boolean;
  readonly remove: () => Promise<void>;
  /** After a mere look: keeps the broker from dropping a letter that was delivered too often. */
  readonly spare: () => Promise<void>;
}

export interface DeadLetters {
  /** How many there were at first. */
  readonly count: number;
  /** Others that take letters away, or did when this began. */
  readonly consumers: number;
  /** Those that were there at first, in their order. */
  held(): AsyncIterable<HeldLetter>;
  /** What was not removed stays in its place and order. */
  close(): Promise<void>;
}

export async function openDeadFolder(folder: string): Promise<DeadLetters> {
  const files: DeadFile[] = [];
  for await (const file of readDead(folder)) files.push(file);
  return {
    count: files.length,
    consumers: 0,
    async *held() {
      for (const file of files) {
        const { message } = file;
        yield await Promise.resolve({
          letter: readLetter(message),
          message,
          isOwn: true,
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
 * Takes the connection over, and closes it. `user`: whose name the copy of a letter bears. Throws
 * an AmqpError if there is no such queue.
 */
export async function openDeadQueue(
  model: ChannelModel,
  queue: string,
  { limit, user }: Omit<HeldQueue, 'queue'>,
): Promise<DeadLetters> {
  try {
    const channel = await model.createConfirmChannel();
    channel.on('error', () => undefined);
    const { messageCount, consumerCount } = await channel.checkQueue(queue);
    let isAnyRemoved = false;
    return {
      count: messageCount,
      consumers: consumerCount,
      held: () =>
        readHeld(hold(channel, { queue, limit, user }, messageCount), () => (isAnyRemoved = true)),
      close: async () => {
        // Where nothing is removed, copies of spared letters stand in their order. What is wrong,
        // the next look at the queue says.
        if (isAnyRemoved) await settleAcks(channel, queue).catch(() => undefined);
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

async function* readHeld(
  holding: AsyncIterable<Held>,
  onRemove: () => void,
): AsyncGenerator<HeldLetter> {
  for await (const held of holding) {
    const { message, isWorn } = held;
    const letter = readLetter(message);
    yield {
      letter,
      message,
      isOwn: false,
      remove: async () => {
        onRemove();
        await ack(held);
      },
      spare: async () => {
        // Else it stays where it is: the next look at the queue says why, if it is gone.
        if (isWorn) await held.renew(copied(letter, message)).catch(() => undefined);
      },
    };
  }
}

function ack(held: Held): Promise<void> {
  try {
    held.ack();
    return Promise.resolve();
  } catch (error) {
    return Promise.reject(toAmqpError(error));
  }
}

/**
 * The broker's own notes on a dead letter are lost when it is published again, so they go into our
 * headers.
 */
function copied(letter: Letter, { properties }: GetMessage): Own {
  const { id, attempts, verdict, error, worker, queue, from, time } = letter;
  const all = Object.entries({
    [attemptHeader]: attempts,
    [deathHeaders.verdict]: verdict,
    [deathHeaders.error]: error,
    [deathHeaders.worker]: worker,
    [deathHeaders.queue]: queue,
    [deathHeaders.time]: time,
    [deathHeaders.user]: publisherOf(properties),
    [deathHeaders.exchange]: from?.exchange,
    [deathHeaders.routing_key]: from?.routing_key,
  });
  const known = all.flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, value] as const],
  );
  return { id, headers: Object.fromEntries(known) };
}
