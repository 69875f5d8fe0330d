// Moves messages from a queue to an exchange: each is taken, published with a confirm, and only
// then acknowledged. Killed anywhere, no message is lost; those under way may be in both places.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumeMessage, Message } from 'amqplib';
import { Acks } from './acks.ts';
import { AmqpError, toAmqpError } from './amqp-error.ts';
import { Confirms, type Answer, type Sent } from './confirms.ts';
import { getMessage, settleAcks } from './get-message.ts';
import type { Ends } from './ends.ts';
import { destinationFull, noMessageComes, type Move, type Moved } from './move.ts';
import { HeldBack } from './held-back.ts';
import { asPublished } from './properties.ts';
import { publishRaw, toRaw, type RawMessage } from './raw-message.ts';

/** How many messages may be under way at once; and bytes, beyond which no more is read. */
const mostAtOnce = 1_000;
const mostBytes = 64 * 1024 * 1024;
const defaults = { patience: 500, silence: 30_000 };

const noop = (): void => undefined;

export class Mover {
  readonly #ends: Ends;
  readonly #move: Move;
  readonly #prefetch: number;
  readonly #confirms = new Confirms();
  readonly #acks: Acks;
  #looked = 0;
  #refused = 0;
  #sent = 0;
  #sentHome = 0;
  readonly #held: HeldBack;
  #moved = { messages: 0, bytes: 0 };
  #isTaking = true;
  /** Whether nothing more can be sent, or believed. */
  #isBroken = false;
  #error: AmqpError | undefined;
  #lastAt = performance.now();
  /** When the broker last answered, or could not have. */
  #heardAt = performance.now();
  readonly #consumers: string[] = [];
  #end: () => void = noop;

  constructor(ends: Ends, move: Move) {
    this.#ends = ends;
    this.#move = move;
    this.#held = new HeldBack(move.giveBack);
    this.#prefetch = move.isWanted ? 0 : Math.min(mostAtOnce, this.#goal);
    this.#acks = new Acks(ends.from, { goal: this.#goal, prefetch: this.#prefetch });
  }

  /** Whether some of the messages before the last one go back. */
  get #isPicky(): boolean {
    return this.#move.isWanted !== undefined || this.#refused > 0 || this.#held.isAny;
  }

  get #goal(): number {
    return Math.min(this.#move.looks, this.#move.limit);
  }

  async run(): Promise<Moved> {
    const { from } = this.#ends;
    const { stop, patience = defaults.patience } = this.#move;
    const ended = new Promise<void>((resolve) => (this.#end = resolve));
    const onStop = (): void => {
      if (this.#move.isEndless === true) void this.#takeTheLast();
      else this.#stopTaking();
    };
    this.#listen();
    stop.addEventListener('abort', onStop);
    const look = () =>
      void this.#lookForMore().catch((error: unknown) => this.#breakOff(toAmqpError(error)));
    const timer = setInterval(look, patience);
    try {
      await from.prefetch(this.#prefetch);
      if (this.#move.isAutoDelete === true) void this.#getAll();
      else await this.#consume();
      if (stop.aborted) onStop();
      await ended;
    } catch (error) {
      this.#fail(toAmqpError(error));
    } finally {
      clearInterval(timer);
      stop.removeEventListener('abort', onStop);
    }
    const { waiting, answered } = this.#confirms;
    const unsure = (await this.#giveBackTheRest()) ? 0 : Math.min(mostAtOnce, answered);
    const doubtful = waiting + unsure;
    return {
      ...this.#moved,
      // One that settles the acks may be sent twice.
      sentHome: Math.min(this.#sentHome, this.#looked),
      doubtful,
      ...(this.#error && { error: this.#error }),
    };
  }

  async #consume(): Promise<void> {
    const consumerTag = `topo-move-${this.#consumers.length + 1}`;
    this.#consumers.push(consumerTag);
    const take = (message: ConsumeMessage | null): void => this.#guard(() => this.#take(message));
    const { source, priority } = this.#move;
    const options = { consumerTag, ...(priority !== undefined && { priority }) };
    await this.#ends.from.consume(source, take, options);
  }

  async #getAll(): Promise<void> {
    const { source, isEndless = false, patience = defaults.patience } = this.#move;
    try {
      while (this.#isTaking) {
        const isFull = this.#confirms.waiting >= mostAtOnce;
        const message = isFull ? undefined : await getMessage(this.#ends.from, source);
        if (message !== undefined) this.#take(message);
        else if (isEndless || isFull) await sleep(isFull ? 1 : patience);
        else this.#stopTaking();
      }
    } catch (error) {
      this.#fail(toAmqpError(error));
    }
  }

  /** What is on its way arrives before the answer. */
  async #cancel(): Promise<void> {
    const consumers = this.#consumers.splice(0);
    for (const consumer of consumers) await this.#ends.from.cancel(consumer);
  }

  #listen(): void {
    const { from, to } = this.#ends;
    to.on('ack', (answer: Answer) => this.#guard(() => this.#hear(answer, true)));
    to.on('nack', (answer: Answer) => this.#guard(() => this.#hear(answer, false)));
    // The confirm that follows says nothing, and a later one may be of such a message, too.
    to.on('return', () => this.#breakOff(new AmqpError('the destination is gone')));
    for (const channel of [from, to]) {
      channel.on('error', (error) => this.#breakOff(toAmqpError(error)));
      channel.on('close', () => this.#breakOff(new AmqpError('the connection was cut')));
    }
  }

  #take(delivery: Message | null): void {
    if (delivery === null) this.#fail(new AmqpError('the queue was deleted meanwhile'));
    if (delivery === null) return;
    const message = toRaw(delivery);
    const isLast = this.#held.isMeantFor(message);
    if (!this.#isTaking) {
      if (isLast) this.#hold(message);
      return;
    }
    const { isWanted, looks, limit, objection } = this.#move;
    this.#looked++;
    this.#lastAt = performance.now();
    const error = objection?.(message);
    if (!(isWanted?.(message) ?? true)) {
      if (isLast && error === undefined) this.#hold(message);
    } else if (error === undefined) {
      this.#sent++;
      this.#send(message, this.#move.exchange, isLast ? { message } : {});
    } else this.#fail(error);
    if (this.#looked === looks || this.#sent === limit) this.#stopTaking();
  }

  #hold(message: RawMessage): void {
    this.#held.add(message);
    if (this.#held.bytes > mostBytes) this.#stopTaking();
  }

  async #sendHome(): Promise<void> {
    if (this.#isBroken) return;
    for (const message of this.#held.takeAll())
      this.#send(message, this.#held.home, { isHome: true });
    await this.#untilHome();
  }

  #send(message: RawMessage, exchange: string, more: Pick<Sent, 'isHome' | 'message'>): void {
    const { to, valve } = this.#ends;
    const properties = asPublished(message.properties);
    if (this.#confirms.waiting === 0) this.#heardAt = performance.now();
    this.#confirms.add({ tag: message.tag, bytes: message.content.length, ...more });
    if (this.#confirms.bytes > mostBytes) valve.shut();
    publishRaw(to, exchange, { ...message, properties });
  }

  #hear(answer: Answer, isTaken: boolean): void {
    this.#heardAt = performance.now();
    this.#confirms.hear(answer, isTaken, (sent, isThere) => this.#settle(sent, isThere));
    if (this.#confirms.bytes < mostBytes / 2) this.#ends.valve.open();
    if (this.#isTaking) this.#acks.sendBatch();
    this.#move.onMoved?.(this.#moved.messages, this.#confirms.waiting);
    this.#endIfDone();
  }

  #settle({ tag, bytes, isHome = false, message }: Sent, isThere: boolean): void {
    if (!isThere) {
      this.#refused++;
      if (message !== undefined) this.#hold(message);
      this.#fail(destinationFull);
      return;
    }
    if (isHome) {
      this.#sentHome++;
      this.#acks.sendOne(tag);
      return;
    }
    this.#moved.messages++;
    this.#moved.bytes += bytes;
    if (this.#isPicky) this.#acks.sendOne(tag);
    else this.#acks.arrive(tag);
  }

  async #lookForMore(): Promise<void> {
    const { silence = defaults.silence, isEndless = false } = this.#move;
    const before = this.#looked;
    if (this.#confirms.waiting > 0) this.#endIfUnanswered(silence);
    if (!this.#isTaking || this.#confirms.waiting > 0) return;
    if (isEndless) this.#acks.sendAll();
    const ready = await this.#ends.countReady().catch(() => undefined);
    if (ready === undefined || this.#looked > before) return;
    if (ready === 0 && isEndless) this.#lastAt = performance.now();
    else if (ready === 0) await this.#takeTheLast();
    else if (performance.now() - this.#lastAt > silence) this.#fail(noMessageComes);
    // A quorum queue gives each consumer 2,000 messages at most, and these are all to go back.
    else if (this.#isPicky && this.#consumers.length > 0) await this.#consume().catch(noop);
  }

  /** RabbitMQ may never confirm what it has for a queue that is deleted just then. */
  #endIfUnanswered(silence: number): void {
    if (this.#ends.isBlocked()) this.#heardAt = performance.now();
    else if (performance.now() - this.#heardAt > silence)
      this.#breakOff(new AmqpError('the broker does not confirm what it is sent'));
  }

  async #takeTheLast(): Promise<void> {
    await this.#cancel().catch(noop);
    this.#stopTaking();
  }

  #stopTaking(): void {
    if (!this.#isTaking) return;
    this.#isTaking = false;
    this.#ends.valve.open();
    this.#endIfDone();
  }

  #fail(error: AmqpError): void {
    this.#error ??= error;
    this.#stopTaking();
  }

  /** amqplib throws on a connection that is being closed: to stop at once, for example. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#breakOff(toAmqpError(error));
    }
  }

  /** No answer that comes now can be believed, if any comes. */
  #breakOff(error: AmqpError): void {
    this.#isBroken = true;
    this.#fail(error);
    this.#end();
  }

  #endIfDone(): void {
    if (!this.#isTaking && this.#confirms.waiting === 0) this.#end();
  }

  async #settleAcks(): Promise<void> {
    const got = await settleAcks(this.#ends.from, this.#move.source);
    if (got === undefined || !this.#held.isMeantFor(toRaw(got), 2)) return;
    this.#hold(toRaw(got));
    await this.#sendHome();
  }

  /** What may not go back is on its way to the end of its queue. */
  async #untilHome(): Promise<void> {
    const { silence = defaults.silence } = this.#move;
    const end = performance.now() + silence;
    while (this.#held.isAny && !this.#isBroken && this.#confirms.waiting > 0) {
      if (performance.now() > end) return;
      await sleep(10);
    }
  }

  /** Returns whether the broker has heard every ack. */
  async #giveBackTheRest(): Promise<boolean> {
    const { from } = this.#ends;
    try {
      await this.#cancel();
      await this.#sendHome();
      this.#acks.sendAll();
      if (this.#isPicky) await this.#settleAcks();
      // From 4.3, what goes back so is no failed delivery, unlike what a closed channel returns.
      from.nackAll(true);
      return true;
    } catch {
      return false;
    }
  }
}
