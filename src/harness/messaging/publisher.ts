// Publishes with confirms, across lost connections: a message is settled once the broker has said
// what became of it.
import {
  IllegalOperationError,
  type ChannelModel,
  type ConfirmChannel,
  type Options,
} from 'amqplib';
import { hasExpired, toAmqpError, type AmqpError } from '../../amqp/amqp-error.ts';
import { gatherWrites } from '../../amqp/wire.ts';
import { assertFits } from '../../amqp/writable.ts';
import {
  isToBlame,
  nacked,
  onceConfirmed,
  refusedFor,
  unfit,
  type Fate,
  type Sent,
} from './fate.ts';
import { Link, type LinkOptions, type LinkState } from './link.ts';

export interface Message extends Sent {
  /** With a message id: a return is told apart by it. */
  readonly properties: Options.Publish & { readonly messageId: string };
}

interface PublisherOptions extends LinkOptions {
  /** The most messages that wait for their confirm. */
  readonly window: number;
  /**
   * Whose name the messages bear: that of the connection, as the broker takes no other; undefined
   * for none.
   */
  readonly user?: string | undefined;
}

interface Pending {
  readonly message: Message;
  readonly settle: (fate: Fate) => void;
  returned: string | undefined;
}

/**
 * How often the broker may close the channel or the connection, for a reason that names no message,
 * until one is blamed.
 */
const patience = 3;

/**
 * What is published is sent again on each new connection until it is settled: it may arrive twice,
 * with the same id, and never not at all. Messages are always mandatory and persistent.
 */
export class Publisher {
  readonly #window: number;
  /** The user id that all messages get. */
  readonly #signature: { readonly userId?: string };
  /** By message id, in the order of publishing, which is the order of sending again. */
  readonly #pending = new Map<string, Pending>();
  #unsent: Pending[] = [];
  #waiting: (() => void)[] = [];
  #link: Link | undefined;
  #channel: ConfirmChannel | undefined;
  #blocked = false;
  #closedInARow = 0;
  /** How many of the oldest are sent one at a time, to find which of them the broker refuses. */
  #suspects = 0;

  private constructor({ window, user }: PublisherOptions) {
    this.#window = window;
    this.#signature = user === undefined ? {} : { userId: user };
  }

  /** Throws if the broker can't be reached. */
  static async open(options: PublisherOptions): Promise<Publisher> {
    const publisher = new Publisher(options);
    const onState = (state: LinkState): void => {
      publisher.#onState(state);
      options.onState?.(state);
    };
    publisher.#link = await Link.open({ ...options, onState }, (model) => publisher.#begin(model));
    return publisher;
  }

  /** How many messages are not settled yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Waits for room in the window, and for alarms to end. */
  async ready(): Promise<void> {
    while (this.#pending.size >= this.#window || this.#blocked) await this.#change();
  }

  /** Waits until nothing is pending. */
  async drained(): Promise<void> {
    while (this.#pending.size > 0) await this.#change();
  }

  /**
   * Settles when the broker has, however many connections it takes. A second message of an id waits
   * for the first.
   */
  async publish(message: Message): Promise<Fate> {
    const id = message.properties.messageId;
    while (this.#pending.has(id)) await this.#change();
    return new Promise((settle) => {
      const pending: Pending = { message, settle, returned: undefined };
      this.#pending.set(id, pending);
      this.#unsent.push(pending);
      this.#sendAll();
    });
  }

  /**
   * Sends at once and forgets, for what is worthless later. Lost without a connection.
   */
  announce({ exchange, routing_key, content, properties }: Message): void {
    if (this.#blocked) return;
    const options = { ...properties, ...this.#signature, persistent: false };
    this.#channel?.publish(exchange, routing_key, content, options);
  }

  /** What is not settled stays so. */
  async close(): Promise<void> {
    await this.#link?.close();
  }

  async #begin(model: ChannelModel): Promise<void> {
    gatherWrites(model);
    const channel = await model.createConfirmChannel();
    channel.on('return', ({ fields, properties }) => {
      const pending = this.#pending.get(String(properties.messageId));
      if (pending) pending.returned = String((fields as { replyText?: unknown }).replyText);
    });
    const forget = (): void => {
      if (this.#channel === channel) this.#channel = undefined;
    };
    channel.on('close', forget);
    channel.on('error', (error) => {
      forget();
      const refusal = toAmqpError(error);
      this.#blame(refusal);
      this.#link?.restart(refusal.reason);
    });
    model.on('error', (error: unknown) => {
      forget();
      const refusal = toAmqpError(error);
      // Else it wasn't closed, but cut.
      if (refusal.code !== undefined) this.#blame(refusal);
    });
    this.#channel = channel;
    this.#unsent = [...this.#pending.values()];
    for (const pending of this.#unsent) pending.returned = undefined;
    this.#sendAll();
  }

  #sendAll(): void {
    const channel = this.#channel;
    if (channel === undefined || this.#blocked) return;
    for (const pending of this.#unsent.splice(0, this.#room())) this.#send(channel, pending);
  }

  #room(): number {
    const isOneUnderWay = this.#pending.size > this.#unsent.length;
    if (this.#suspects === 0) return this.#unsent.length;
    return isOneUnderWay ? 0 : 1;
  }

  #send(channel: ConfirmChannel, pending: Pending): void {
    const { exchange, routing_key, content, properties } = pending.message;
    const options = { ...properties, ...this.#signature, mandatory: true, persistent: true };
    const onAnswer = (error: Error | null): void => {
      if (error === null) this.#settle(pending, onceConfirmed(pending.returned));
      else if (error.message === 'message nacked') this.#settle(pending, nacked);
      // Else the channel is closed: the message is sent again on the next one.
    };
    try {
      assertFits(options, channel);
      channel.publish(exchange, routing_key, content, options, onAnswer);
    } catch (error) {
      // A channel that is closing is one thing, a message that AMQP can't carry another.
      if (error instanceof IllegalOperationError) return;
      this.#settle(pending, unfit(toAmqpError(error).reason));
    }
  }

  #settle(pending: Pending, fate: Fate): void {
    const id = pending.message.properties.messageId;
    if (this.#pending.get(id) !== pending) return;
    this.#pending.delete(id);
    this.#closedInARow = 0;
    pending.settle(fate);
    this.#wake();
    if (this.#suspects === 0) return;
    this.#suspects--;
    this.#sendAll();
  }

  /**
   * The broker closed the channel, or the connection, because of a message, and does not say which;
   * or because the connection's token has expired, and the next one has another.
   */
  #blame(error: AmqpError): void {
    if (hasExpired(error)) return;
    const closedInARow = ++this.#closedInARow;
    const all = [...this.#pending.values()];
    const guilty = all.filter(({ message }) => isToBlame(message, error));
    if (guilty.length === 0 && this.#suspects === 0) this.#suspects = all.length;
    const blamed = guilty.length === 0 && closedInARow >= patience ? all.slice(0, 1) : guilty;
    for (const pending of blamed) this.#settle(pending, refusedFor(error));
  }

  #onState({ kind }: LinkState): void {
    this.#blocked = kind === 'blocked';
    if (kind === 'unblocked') this.#sendAll();
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
