// Consumes queues across lost connections. A delivery can only be settled on the connection that
// brought it.
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { toAmqpError } from '../../amqp/amqp-error.ts';
import { close } from '../../amqp/open-connection.ts';
import { gatherWrites } from '../../amqp/wire.ts';
import { Link, type LinkOptions } from './link.ts';

/** A message being worked on. */
export interface Delivery {
  /** Of the connection that delivered it. */
  readonly generation: number;
  readonly queue: string;
  readonly message: ConsumeMessage;
  /**
   * False once its connection is lost: the broker delivers the message again, here or to another
   * worker.
   */
  isCurrent(): boolean;
  /** Both return false and do nothing if the delivery is no longer current, or already settled. */
  ack(): boolean;
  requeue(): boolean;
}

export interface ConsumerOptions extends LinkOptions {
  readonly queues: readonly string[];
  /** The most deliveries at once, from each queue. */
  readonly prefetch: number;
  /**
   * Makes the channel of each new connection ready, before anything is consumed; what it throws
   * ends the attempt.
   */
  readonly prepare?: (channel: Channel) => Promise<void>;
  readonly onDelivery: (delivery: Delivery) => void;
  /**
   * Called when the broker has cancelled the consumer, because the queue was deleted or its node is
   * gone.
   */
  readonly onCancelled?: (queue: string) => void;
}

/** Of one queue on one channel. */
interface Subscription {
  readonly generation: number;
  /** Undefined while there is no consumer. */
  tag: string | undefined;
  /** Consuming and cancelling happen one after the other. */
  changing: Promise<void>;
}

/** Milliseconds that a goodbye may take. */
const farewell = 1_000;

export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #paused = new Set<string>();
  #link: Link | undefined;
  #channel: Channel | undefined;
  #subscriptions = new Map<string, Subscription>();
  #isClosing = false;

  private constructor(options: ConsumerOptions) {
    this.#options = options;
  }

  /** Throws if the broker can't be reached, or has no such queue. */
  static async open(options: ConsumerOptions): Promise<Consumer> {
    const consumer = new Consumer(options);
    consumer.#link = await Link.open(options, (model, generation) =>
      consumer.#begin(model, generation),
    );
    return consumer;
  }

  get generation(): number {
    return this.#link?.generation ?? 0;
  }

  /**
   * Takes no more deliveries from the queue; those that are here, or on their way, can still be
   * settled.
   */
  async pause(queue: string): Promise<void> {
    this.#paused.add(queue);
    // If it can't be sent any more, the channel is closed, and the next one sets it up.
    await this.#align(queue).catch(() => undefined);
  }

  async resume(queue: string): Promise<void> {
    this.#paused.delete(queue);
    await this.#align(queue).catch(() => undefined);
  }

  /** What was settled reaches the broker, which redelivers the rest. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const channel = this.#channel;
    const late = new Promise((resolve) => setTimeout(resolve, farewell).unref());
    // The channel's goodbye comes behind all acks, the connection's may overtake them.
    if (channel) await Promise.race([this.#sayGoodbye(channel), late]);
    await this.#link?.close();
  }

  /**
   * Each consumer's end comes behind the acks that the broker has not handed to a quorum queue yet:
   * with the channel it forgets those.
   */
  async #sayGoodbye(channel: Channel): Promise<void> {
    for (const queue of this.#options.queues) await this.pause(queue);
    await close(channel);
  }

  /** Without a goodbye, and without waiting. */
  abandon(): void {
    this.#isClosing = true;
    this.#link?.restart('the worker leaves');
    void this.#link?.close();
  }

  async #begin(model: ChannelModel, generation: number): Promise<void> {
    gatherWrites(model);
    const channel = await model.createChannel();
    let reason = 'the channel was closed';
    channel.on('error', (error) => {
      const { code, reason: words } = toAmqpError(error);
      reason = `the broker closed the channel: ${code === undefined ? '' : `${code} `}${words}`;
    });
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = undefined;
      // Such as after consumer_timeout: the connection lives on without the channel.
      if (!this.#isClosing) this.#link?.restart(reason);
    });
    await channel.prefetch(this.#options.prefetch);
    await this.#options.prepare?.(channel);
    // Before the consumers are there: the first delivery comes with the answer.
    this.#channel = channel;
    this.#subscriptions = new Map(
      this.#options.queues.map((queue) => [
        queue,
        { generation, tag: undefined, changing: Promise.resolve() },
      ]),
    );
    for (const queue of this.#options.queues) await this.#align(queue);
  }

  /**
   * Brings the queue's consumer in line with what was last asked for. Throws what the broker
   * refuses.
   */
  async #align(queue: string): Promise<void> {
    const [channel, subscription] = [this.#channel, this.#subscriptions.get(queue)];
    if (!channel || !subscription) return;
    const before = subscription.changing.catch(() => undefined);
    subscription.changing = before.then(() => this.#change(channel, queue, subscription));
    await subscription.changing;
  }

  async #change(channel: Channel, queue: string, subscription: Subscription): Promise<void> {
    const { tag, generation } = subscription;
    const isPaused = this.#paused.has(queue);
    // A connection that was lost meanwhile has no consumer, and its successor looks for itself.
    if (this.#channel !== channel || isPaused === (tag === undefined)) return;
    subscription.tag = undefined;
    if (tag !== undefined) {
      await channel.cancel(tag);
      return;
    }
    const onMessage = (message: ConsumeMessage | null) => {
      if (message === null) this.#onCancelled(queue);
      else this.#options.onDelivery(this.#delivery(channel, generation, queue, message));
    };
    subscription.tag = (await channel.consume(queue, onMessage)).consumerTag;
  }

  #onCancelled(queue: string): void {
    this.#options.onCancelled?.(queue);
    this.#link?.restart('the broker cancelled the consumer');
  }

  #delivery(
    channel: Channel,
    generation: number,
    queue: string,
    message: ConsumeMessage,
  ): Delivery {
    let isSettled = false;
    const isCurrent = (): boolean => !isSettled && this.#channel === channel;
    const settle = (send: () => void): boolean => {
      if (!isCurrent()) return false;
      isSettled = true;
      send();
      return true;
    };
    return {
      generation,
      queue,
      message,
      isCurrent,
      ack: () => settle(() => channel.ack(message)),
      requeue: () => settle(() => channel.nack(message, false, true)),
    };
  }
}
