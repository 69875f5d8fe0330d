// A connection to the broker that comes back after every loss, as a new generation.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelModel } from 'amqplib';
import { toAmqpError } from '../../amqp/amqp-error.ts';
import { closeConnection, openConnection } from '../../amqp/open-connection.ts';
import type { AmqpTarget } from '../../connection/amqp-target.ts';
import { hangUp } from '../../amqp/wire.ts';
import { ExpectedError } from '../../topology/problem.ts';

export interface LinkOptions {
  readonly target: AmqpTarget;
  readonly vhost: string;
  /** What the broker's list of connections calls it. */
  readonly name: string;
  /** Milliseconds that one attempt to connect may take. */
  readonly timeout: number;
  /** Seconds: a broker that is gone is noticed within two of them. */
  readonly heartbeat: number;
  readonly onState?: (state: LinkState) => void;
}

export type LinkState =
  | { readonly kind: 'connected'; readonly generation: number }
  /** `retry`: milliseconds until the next attempt. */
  | { readonly kind: 'lost'; readonly reason: string; readonly retry: number }
  /** The broker takes no messages for now, because of a memory or disk alarm. */
  | { readonly kind: 'blocked'; readonly reason: string }
  | { readonly kind: 'unblocked' };

/** Sets up the channels of a new connection; what it throws ends the attempt. */
export type Begin = (model: ChannelModel, generation: number) => Promise<void>;

interface Connected {
  /** The reason, once the connection is lost. */
  readonly lost: Promise<string>;
}

/**
 * Milliseconds between attempts: the first after a loss comes soon, and a broker that is back is
 * not kept waiting. A connection that did not last for the longest of them is one more attempt.
 */
const pauses = { first: 50, most: 1_000 };

export class Link {
  readonly #options: LinkOptions;
  readonly #begin: Begin;
  readonly #closing = new AbortController();
  readonly #closed = new Promise<undefined>((resolve) => {
    this.#closing.signal.addEventListener('abort', () => resolve(undefined));
  });
  #generation = 0;
  #model: ChannelModel | undefined;
  /** Before the next attempt. */
  #pause = pauses.first;
  #ended: Promise<void> = Promise.resolve();

  private constructor(options: LinkOptions, begin: Begin) {
    this.#options = options;
    this.#begin = begin;
  }

  /**
   * Throws where the first connection can't be had: later ones are tried for until the link is
   * closed.
   */
  static async open(options: LinkOptions, begin: Begin): Promise<Link> {
    const link = new Link(options, begin);
    const connected = await link.#connect();
    link.#ended = link.#stay(connected);
    return link;
  }

  /** Counts connections, from 1: what belongs to an earlier one is void. */
  get generation(): number {
    return this.#generation;
  }

  /** Drops the connection, so that the next one sets all up again. */
  restart(reason: string): void {
    if (this.#model) hangUp(this.#model, reason);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#model) await closeConnection(this.#model);
    await this.#ended;
  }

  #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  async #stay(first: Connected): Promise<void> {
    let connected: Connected | undefined = first;
    while (connected) {
      const begun = performance.now();
      const reason = await connected.lost;
      if (performance.now() - begun >= pauses.most) this.#pause = pauses.first;
      connected = await this.#reconnect(reason);
    }
  }

  /** Undefined once the link is closed. */
  async #reconnect(firstReason: string): Promise<Connected | undefined> {
    let reason = firstReason;
    for (;;) {
      if (this.#isClosing()) return undefined;
      const pause = this.#pause;
      this.#pause = Math.min(pause * 2, pauses.most);
      this.#options.onState?.({ kind: 'lost', reason, retry: pause });
      await sleep(pause, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      if (this.#isClosing()) return undefined;
      try {
        // A connection that comes about after the link is closed is closed, too.
        return await Promise.race([this.#connect(), this.#closed]);
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error;
        reason = error.message;
      }
    }
  }

  async #connect(): Promise<Connected> {
    const model = await openConnection(this.#options.target, this.#options);
    let reason = 'the connection was closed';
    model.on('error', (error) => {
      reason = toAmqpError(error).reason;
    });
    const lost = new Promise<string>((resolve) => {
      model.on('close', (error?: unknown) => {
        if (this.#model === model) this.#model = undefined;
        resolve(error === undefined ? reason : toAmqpError(error).reason);
      });
    });
    model.on('blocked', (why: string) => this.#options.onState?.({ kind: 'blocked', reason: why }));
    model.on('unblocked', () => this.#options.onState?.({ kind: 'unblocked' }));
    await this.#setUp(model);
    return { lost };
  }

  async #setUp(model: ChannelModel): Promise<void> {
    if (this.#isClosing()) return closeConnection(model);
    const generation = ++this.#generation;
    const { timeout, onState } = this.#options;
    const late = setTimeout(() => hangUp(model, `no answer for ${timeout / 1_000} s`), timeout);
    try {
      await this.#begin(model, generation);
    } catch (error) {
      await closeConnection(model);
      throw toAmqpError(error);
    } finally {
      clearTimeout(late);
    }
    this.#model = model;
    if (this.#isClosing()) await closeConnection(model);
    else onState?.({ kind: 'connected', generation });
  }
}
