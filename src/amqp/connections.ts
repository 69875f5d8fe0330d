// Keeps one AMQP connection for each vhost, and one more for deletes that may close it; each opened
// on first use.
import type { Channel, ChannelModel } from 'amqplib';
import { AmqpRefused, toAmqpError } from './amqp-error.ts';
import { rememberReason } from './closed-by.ts';
import { close, closeConnection, hint, openConnection } from './open-connection.ts';
import { authorityOf, brokerAt, type AmqpTarget } from '../connection/amqp-target.ts';
import { ownName } from './own-name.ts';
import { isAnotherBroker } from './same-broker.ts';
import { userOf } from '../connection/credentials.ts';
import type { Grantee } from '../topology/grant.ts';
import type { ExpectedBroker } from '../connection/expected-broker.ts';
import { Waiting } from './waiting.ts';
import { gatherWrites, hangUp } from './wire.ts';

/** Seconds. */
const heartbeat = 10;
/** Milliseconds to wait for a connection; if it takes longer, a firewall most often drops it. */
const patience = 5_000;

/**
 * `conditional`: deletes with conditions, over which the broker closes the connection if the
 * queue's type supports none. `taking` and `putting`: messages, which a broker short of memory
 * still gives, but doesn't take.
 */
export type Purpose = 'shared' | 'conditional' | 'taking' | 'putting';

export class AmqpConnections {
  readonly #target: AmqpTarget;
  readonly #timeout: number;
  readonly #expected: ExpectedBroker;
  readonly #onSilence: (() => void) | undefined;
  readonly #waiting: Waiting;
  readonly #open = new Map<string, Promise<ChannelModel>>();
  /** Idle channels of a connection. */
  readonly #idle = new WeakMap<ChannelModel, Channel[]>();
  readonly #closed = new WeakSet<Channel>();
  readonly #refusals = new Map<string, AmqpRefused>();
  /** Ends what is being opened. */
  #ended = new AbortController();

  /**
   * `timeout`: milliseconds to wait for an answer before calling `onSilence`. Refuses any broker
   * but `expected`.
   */
  constructor(
    target: AmqpTarget,
    timeout: number,
    expected: ExpectedBroker,
    { onSilence, waiting = new Waiting() }: { onSilence?: () => void; waiting?: Waiting } = {},
  ) {
    this.#target = target;
    this.#timeout = timeout;
    this.#expected = expected;
    this.#onSilence = onSilence;
    this.#waiting = waiting;
  }

  get user(): Grantee {
    return userOf(this.#target);
  }

  /**
   * Runs `use` on a channel of its own. Keeps the channel for the next caller, unless `use` fails.
   */
  async withChannel<T>(
    vhost: string,
    use: (channel: Channel) => Promise<T>,
    purpose: Purpose = 'shared',
  ): Promise<T> {
    return this.#inTime(await this.connect(vhost, purpose), use);
  }

  /**
   * Returns the same connection for the same vhost and purpose while it lives; the same refusal,
   * too.
   */
  connect(vhost: string, purpose: Purpose = 'shared'): Promise<ChannelModel> {
    return this.#keep(vhost, purpose, (open) =>
      this.#waiting.during('amqp', this.#aboutConnecting(), open),
    );
  }

  /** Connects for those who can do without; returns whether it could. */
  async prepare(vhost: string, purpose: Purpose = 'shared'): Promise<boolean> {
    return this.#keep(vhost, purpose, (open) => open()).then(
      () => true,
      () => false,
    );
  }

  #keep(
    vhost: string,
    purpose: Purpose,
    run: (open: () => Promise<ChannelModel>) => Promise<ChannelModel>,
  ): Promise<ChannelModel> {
    const key = `${purpose} ${vhost}`;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const opening = run(() => this.#connect(vhost, () => this.#open.delete(key)));
    this.#open.set(key, opening);
    opening.catch((error: unknown) => {
      if (error instanceof AmqpRefused) this.#refusals.set(error.message, error);
    });
    return opening;
  }

  #aboutConnecting(): string {
    const seconds = Math.ceil(Math.min(patience, this.#timeout) / 1_000);
    return `waiting for AMQP at ${authorityOf(this.#target)}, ${seconds} s at most until it is connected`;
  }

  /** Why connections were refused so far, each reason once. */
  get refusals(): readonly AmqpRefused[] {
    return [...this.#refusals.values()];
  }

  async close(): Promise<void> {
    const opening = [...this.#open.values()];
    this.#open.clear();
    this.#ended.abort();
    this.#ended = new AbortController();
    await Promise.allSettled(opening.map(async (model) => closeConnection(await model)));
  }

  async #inTime<T>(model: ChannelModel, use: (channel: Channel) => Promise<T>): Promise<T> {
    const seconds = this.#timeout / 1_000;
    const late = setTimeout(() => {
      this.#onSilence?.();
      hangUp(model, `no answer for ${seconds} s`);
    }, this.#timeout);
    try {
      return await this.#lend(model, use);
    } finally {
      clearTimeout(late);
    }
  }

  async #lend<T>(model: ChannelModel, use: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = this.#takeIdle(model) ?? (await this.#openChannel(model));
    try {
      const answer = await use(channel);
      this.#idle.get(model)?.push(channel);
      return answer;
    } catch (error) {
      await close(channel);
      throw error;
    }
  }

  #takeIdle(model: ChannelModel): Channel | undefined {
    const idle = this.#idle.get(model) ?? [];
    for (let channel = idle.pop(); channel !== undefined; channel = idle.pop()) {
      if (!this.#closed.has(channel)) return channel;
    }
    return undefined;
  }

  async #openChannel(model: ChannelModel): Promise<Channel> {
    try {
      const channel = await model.createChannel();
      // The refused call rejects, too, and says more.
      channel.on('error', () => undefined);
      channel.on('close', () => this.#closed.add(channel));
      return channel;
    } catch (error) {
      throw toAmqpError(error);
    }
  }

  async #connect(vhost: string, onClose: () => void): Promise<ChannelModel> {
    const { signal } = this.#ended;
    const name = await this.#expected.clusterName();
    const timeout = Math.min(patience, this.#timeout);
    const options = { vhost, heartbeat, name: ownName, timeout, signal };
    const model = await openConnection(this.#target, options);
    rememberReason(model);
    this.#idle.set(model, []);
    const giveUp = (): void => {
      hangUp(model, 'closed meanwhile');
    };
    signal.addEventListener('abort', giveUp);
    try {
      await this.#assertExpected(model, vhost, name);
    } catch (error) {
      await closeConnection(model);
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
    gatherWrites(model);
    model.on('close', onClose);
    return model;
  }

  async #assertExpected(model: ChannelModel, vhost: string, name: string): Promise<void> {
    const where = brokerAt(this.#target);
    const found = model.connection.serverProperties['cluster_name'];
    if (found !== name) {
      const whom = `the broker ${found ?? 'without a name'}, not ${name}`;
      throw new AmqpRefused(`${where} is ${whom}`, { hint });
    }
    const hasQueue = (queue: string) => this.#expected.hasQueue(vhost, queue);
    if (await this.#inTime(model, (channel) => isAnotherBroker(channel, hasQueue))) {
      const whom = `another broker than the endpoint, though both are called ${name}`;
      throw new AmqpRefused(`${where} is ${whom}`, { hint });
    }
  }
}
