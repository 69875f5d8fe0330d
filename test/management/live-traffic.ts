// Publishes to an exchange, and works on a queue, as applications in use do, and keeps account of
// every message: a publisher that confirms, and workers that subscribe again when the broker
// cancels them.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Channel, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { atEnd } from '../at-end.ts';
import { broker } from '../broker.ts';
import { isAsPublished, toPublish, type Delivery, type Span } from './numbered-messages.ts';

/** Milliseconds between batches of publishes. */
const beat = 10;

export interface Publishing {
  readonly exchange: string;
  readonly key: string;
  /** Messages a second. */
  readonly rate: number;
  /** The first message's number: 1 by default. */
  readonly first?: number;
}

export interface Publisher {
  /** How many the broker has confirmed, and not returned. */
  readonly confirmed: number;
  readonly returned: number;
  /** From the sending of a message to its confirm; undefined if there was none. */
  spanOf(n: number): Span | undefined;
  /** Waits for the last confirms; gives the numbers of what is confirmed. */
  stop(): Promise<ReadonlySet<number>>;
}

export async function startPublisher(
  vhost: string,
  way: Publishing,
  at = broker,
): Promise<Publisher> {
  const model = await connect(`${at.amqpUrl}/${vhost}`, { noDelay: true });
  const ended = new AbortController();
  atEnd(() => {
    ended.abort();
    return model.close().catch(() => undefined);
  });
  const channel = await model.createConfirmChannel();
  const confirmed = new Set<number>();
  const spans = new Map<number, Span>();
  const returned = new Set<number>();
  channel.on('return', ({ properties }: { properties: { messageId: string } }) =>
    returned.add(Number(properties.messageId)),
  );
  const first = way.first ?? 1;
  let next = first;
  const started = performance.now();
  const publish = (): void => {
    const n = next++;
    const from = performance.now();
    const { body, options } = toPublish(n);
    channel.publish(way.exchange, way.key, body, options, (refused: unknown) => {
      if (refused !== null || returned.has(n)) return;
      confirmed.add(n);
      spans.set(n, { from, to: performance.now() });
    });
  };
  const publishing = (async () => {
    while (!ended.signal.aborted) {
      const due = ((performance.now() - started) / 1_000) * way.rate;
      while (next - first < due) publish();
      await sleep(beat);
    }
  })();
  return {
    get confirmed() {
      return confirmed.size;
    },
    get returned() {
      return returned.size;
    },
    spanOf: (n) => spans.get(n),
    async stop() {
      ended.abort();
      await publishing;
      await channel.waitForConfirms();
      await model.close();
      return confirmed;
    },
  };
}

/** Publishes the first messages as fast as the broker takes them. */
export async function publishBacklog(
  vhost: string,
  { exchange, key }: Omit<Publishing, 'rate'>,
  count: number,
): Promise<void> {
  const model = await connect(`${broker.amqpUrl}/${vhost}`, { noDelay: true });
  const channel = await model.createConfirmChannel();
  for (let n = 1; n <= count; n++) {
    const { body, options } = toPublish(n);
    channel.publish(exchange, key, body, options);
    if (n % atOnce === 0) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  await model.close();
}

/** Messages to publish before the next confirm. */
const atOnce = 2_000;

export interface Worker {
  /** The numbers of the messages, in the order in which they came and were acknowledged. */
  readonly worked: readonly number[];
  /** How often the broker cancelled the consumer or closed its connection. */
  readonly interrupted: number;
  /** Acknowledges what has come, and leaves. */
  stop(): Promise<void>;
}

interface Working {
  readonly prefetch?: number;
  readonly exclusive?: boolean;
  /** Never acknowledges. */
  readonly holds?: boolean;
  /** Milliseconds from a delivery to its acknowledgement. */
  readonly takes?: number;
  readonly onDelivery?: (delivery: Delivery) => void;
}

export async function startWorker(
  vhost: string,
  queue: string,
  working: Working = {},
  at = broker,
): Promise<Worker> {
  const worked: number[] = [];
  let interrupted = 0;
  let atWork = 0;
  const ended = new AbortController();
  let model: ChannelModel;
  let leave = (): Promise<unknown> => Promise.resolve();
  const open = async (): Promise<void> => {
    model = await connect(`${at.amqpUrl}/${vhost}`, { noDelay: true });
    // RabbitMQ may do so to whom it finds at a quorum queue that is being deleted.
    model.on('error', () => void again(open));
    await subscribe();
  };
  const work = async (channel: Channel, message: ConsumeMessage): Promise<void> => {
    const n = Number(message.properties.messageId);
    worked.push(n);
    working.onDelivery?.({
      ...{ n, interrupted, redelivered: message.fields.redelivered },
      isWhole: isAsPublished(message, n),
    });
    atWork++;
    if (working.takes !== undefined) await sleep(working.takes);
    atWork--;
    try {
      channel.ack(message);
    } catch {
      // The broker has closed the channel meanwhile.
    }
  };
  const subscribe = async (): Promise<void> => {
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    await channel.prefetch(working.prefetch ?? 20);
    const take = (message: ConsumeMessage | null): void => {
      if (message === null) void again(subscribe);
      else if (working.holds !== true) void work(channel, message);
    };
    const options = { exclusive: working.exclusive ?? false };
    const { consumerTag } = await channel.consume(queue, take, options);
    leave = async () => channel.cancel(consumerTag);
  };
  /** The queue may not be back yet. */
  const again = async (attempt: () => Promise<void>): Promise<void> => {
    const turn = ++interrupted;
    // A connection may close after its consumer was cancelled.
    while (!ended.signal.aborted && turn === interrupted) {
      const isDone = await attempt().then(
        () => true,
        () => false,
      );
      if (isDone) return;
      await sleep(beat);
    }
  };
  const stop = async (): Promise<void> => {
    ended.abort();
    await leave().catch(() => undefined);
    while (atWork > 0) await sleep(beat);
    await model.close().catch(() => undefined);
  };
  await open();
  atEnd(stop);
  return {
    worked,
    get interrupted() {
      return interrupted;
    },
    stop,
  };
}

export interface Account {
  readonly lost: number;
  readonly duplicates: number;
}

export function accountFor(confirmed: ReadonlySet<number>, worked: readonly number[]): Account {
  const seen = new Set(worked);
  const lost = [...confirmed].filter((n) => !seen.has(n)).length;
  return { lost, duplicates: worked.length - seen.size };
}
