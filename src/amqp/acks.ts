// Acknowledges the messages that have arrived where they were sent.
import type { Channel, Message } from 'amqplib';

const batches = 8;

export class Acks {
  readonly #channel: Channel;
  readonly #prefetch: number;
  readonly #last: number;
  /** Up to here all have arrived, and none is to go back. */
  #arrived = 0;
  #acked = 0;

  /** `goal`: how many messages to take in all. */
  constructor(channel: Channel, { goal, prefetch }: { goal: number; prefetch: number }) {
    this.#channel = channel;
    this.#prefetch = prefetch;
    // Each ack makes room for as many more, so the last ones wait until none can come.
    this.#last = goal - prefetch;
  }

  /** All up to this one have arrived. */
  arrive(tag: number): void {
    this.#arrived = tag;
  }

  get areOwed(): boolean {
    return this.#arrived > this.#acked;
  }

  /**
   * Acks in few batches: a broker that has 32 to carry out for a quorum queue may forget more of
   * them.
   */
  sendBatch(): void {
    const tag = Math.min(this.#arrived, this.#last);
    const isBatch = tag === this.#last || tag - this.#acked >= this.#prefetch / batches;
    if (isBatch && tag !== this.#acked) this.#sendUpTo(tag);
  }

  sendAll(): void {
    if (this.areOwed) this.#sendUpTo(this.#arrived);
  }

  /** For this one alone. */
  sendOne(tag: number): void {
    this.#send(tag, false);
  }

  #sendUpTo(tag: number): void {
    this.#acked = tag;
    this.#send(tag, true);
  }

  #send(deliveryTag: number, allUpTo: boolean): void {
    this.#channel.ack({ fields: { deliveryTag } } as unknown as Message, allUpTo);
  }
}
