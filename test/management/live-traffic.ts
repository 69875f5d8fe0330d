// Publishes to an exchange, and works on a queue, as applications in use do, and keeps account of
// every message: a publisher that confirms, and workers that subscribe again when the broker
// cancels them.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel, type ConsumeMessage } from 'amqplib';
import { atEnd } from '../at-end.ts';
import { broker } from '../broker.ts';

/** Milliseconds between batches of publishes. */
const beat = 10;

export interface Publishing {
  readonly exchange: string;
  readonly key: string;
  /** Messages a second. */
  readonly rate: number;
}

export interface Publisher {
  /** How many the broker has confirmed, and not returned. */
  readonly confirmed: number;
  readonly returned: number;
  /** Waits for the last confirms; gives the numbers of what is confirmed. */
  stop(): Promise<ReadonlySet<number>>;
}

export async function startPublisher(vhost: string, way: Publishing): Promise<Publisher> {
  const model = await connect(`${broker.amqpUrl}/${vhost}`, { noDelay: true });
  atEnd(() => model.close().catch(() => undefined));
  const channel = await model.createConfirmChannel();
  const confirmed = new Set<number>();
  const returned = new Set<number>();
  channel.on('return', ({ properties }: { properties: { messageId: string } }) =>
    returned.add(Number(properties.messageId)),
  );
  let next = 1;
  const ended = new AbortController();
  const started = performance.now();
  const publish = (): void => {
    const n = next++;
    const options = { persistent: true, mandatory: true, messageId: String(n) };
    channel.publish(way.exchange, way.key, Buffer.from('x'), options, (refused: unknown) => {
      if (refused === null && !returned.has(n)) confirmed.add(n);
    });
  };
  const publishing = (async () => {
    while (!ended.signal.aborted) {
      const due = ((performance.now() - started) / 1_000) * way.rate;
      while (next <= due) publish();
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
    async stop() {
      ended.abort();
      await publishing;
      await channel.waitForConfirms();
      return confirmed;
    },
  };
}

export interface Worker {
  /** The numbers of the messages, in the order in which they came and were acknowledged. */
  readonly worked: readonly number[];
  /** How often the broker cancelled the consumer or closed its connection. */
  readonly interrupted: number;
  stop(): Promise<void>;
}

interface Working {
  readonly prefetch?: number;
  readonly exclusive?: boolean;
  /** Never acknowledges. */
  readonly holds?: boolean;
}

export async function startWorker(
  vhost: string,
  queue: string,
  working: Working = {},
): Promise<Worker> {
  const worked: number[] = [];
  let interrupted = 0;
  const ended = new AbortController();
  let model: ChannelModel;
  const open = async (): Promise<void> => {
    model = await connect(`${broker.amqpUrl}/${vhost}`, { noDelay: true });
    // RabbitMQ may do so to whom it finds at a quorum queue that is being deleted.
    model.on('error', () => void again(open));
    await subscribe();
  };
  const subscribe = async (): Promise<void> => {
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    await channel.prefetch(working.prefetch ?? 20);
    const take = (message: ConsumeMessage | null): void => {
      if (message === null) void again(subscribe);
      else if (working.holds !== true) {
        worked.push(Number(message.properties.messageId));
        channel.ack(message);
      }
    };
    await channel.consume(queue, take, { exclusive: working.exclusive ?? false });
  };
  /** The queue may not be back yet. */
  const again = async (attempt: () => Promise<void>): Promise<void> => {
    interrupted++;
    while (!ended.signal.aborted) {
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
  /** How many came after one that was published later, not counting second copies. */
  readonly displaced: number;
  /** The longest way that one was displaced by, in messages. */
  readonly farthest: number;
}

export function accountFor(confirmed: ReadonlySet<number>, worked: readonly number[]): Account {
  const seen = new Set<number>();
  let [latest, displaced, farthest] = [0, 0, 0];
  for (const n of worked) {
    if (seen.has(n)) continue;
    seen.add(n);
    if (n < latest) {
      displaced++;
      farthest = Math.max(farthest, latest - n);
    } else latest = n;
  }
  const lost = [...confirmed].filter((n) => !seen.has(n)).length;
  return { lost, duplicates: worked.length - seen.size, displaced, farthest };
}
