// One AMQP connection for each vhost, opened when it is first needed.
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { isIP } from 'node:net';
import { AmqpError, toAmqpError } from './amqp-error.ts';
import type { Secret } from './secret.ts';
import { renderTlsOptions, type TlsMaterial } from './tls.ts';
import { hangUp } from './wire.ts';

/** Where AMQP is spoken, and as whom. */
export interface AmqpTarget {
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly password: Secret;
  readonly tls: TlsMaterial | undefined;
}

/** Seconds: a broker that is gone is noticed within two of them. */
const heartbeat = 10;
/** Milliseconds to wait for a connection; most often nothing listens there, behind a firewall. */
const patience = 5_000;
const hint = 'set AMQP_URL to where the broker speaks AMQP, such as amqp://localhost:5672';
/** What amqplib says where nobody could tell what it means. */
const causes: readonly { when: RegExp; what: string; hint: string }[] = [
  {
    when: /^Login was refused/,
    what: 'the user or the password is wrong',
    hint: 'check RABBITMQ_USERNAME and RABBITMQ_PASSWORD, or those in AMQP_URL',
  },
  {
    when: /got <ConnectionClose /,
    what: 'the vhost is not there, or closed to the user',
    hint: 'let the user into the vhost: rabbitmqctl set_permissions -p VHOST USER CONFIGURE WRITE READ',
  },
];

export class AmqpConnections {
  readonly #target: AmqpTarget;
  readonly #timeout: number;
  readonly #clusterName: () => Promise<string>;
  readonly #open = new Map<string, Promise<ChannelModel>>();
  /** The channels of a connection that nobody uses now. */
  readonly #idle = new WeakMap<ChannelModel, Channel[]>();
  readonly #closed = new WeakSet<Channel>();

  /** `timeout`: milliseconds that an answer may take. `clusterName`: of the one cluster that may be talked to. */
  constructor(target: AmqpTarget, timeout: number, clusterName: () => Promise<string>) {
    this.#target = target;
    this.#timeout = timeout;
    this.#clusterName = clusterName;
  }

  /** Runs `use` on a channel that nobody else uses meanwhile. If it fails, the channel is thrown away, else kept for the next. */
  async withChannel<T>(vhost: string, use: (channel: Channel) => Promise<T>): Promise<T> {
    const model = await this.connect(vhost);
    const seconds = this.#timeout / 1_000;
    const late = setTimeout(() => hangUp(model, `no answer for ${seconds} s`), this.#timeout);
    try {
      return await this.#lend(model, use);
    } finally {
      clearTimeout(late);
    }
  }

  /** The same connection for the same vhost while it lives; the same refusal, too. */
  connect(vhost: string): Promise<ChannelModel> {
    const known = this.#open.get(vhost);
    if (known !== undefined) return known;
    const opening = this.#connect(vhost);
    this.#open.set(vhost, opening);
    return opening;
  }

  async close(): Promise<void> {
    const opening = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(opening.map(async (model) => closeModel(await model)));
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
      // The call that was refused rejects, too, and tells more.
      channel.on('error', () => undefined);
      channel.on('close', () => this.#closed.add(channel));
      return channel;
    } catch (error) {
      throw toAmqpError(error);
    }
  }

  async #connect(vhost: string): Promise<ChannelModel> {
    const expected = await this.#clusterName();
    const model = await openModel(this.#target, vhost, Math.min(patience, this.#timeout));
    model.on('error', () => undefined);
    const found = model.connection.serverProperties['cluster_name'];
    if (found === expected) {
      this.#idle.set(model, []);
      model.on('close', () => this.#open.delete(vhost));
      return model;
    }
    await closeModel(model);
    throw new AmqpError(
      `${authorityOf(this.#target)} is the broker ${found ?? 'without a name'}, not ${expected}`,
      { hint },
    );
  }
}

async function openModel(
  { hostname, port, username, password, tls }: AmqpTarget,
  vhost: string,
  timeout: number,
): Promise<ChannelModel> {
  const authority = authorityOf({ hostname, port });
  const protocol = tls === undefined ? 'amqp' : 'amqps';
  const where = { protocol, hostname, port, vhost: encodeURIComponent(vhost), heartbeat };
  const who = { username, password: password.reveal() };
  const socket = { timeout, noDelay: true, ...(tls === undefined ? {} : renderTlsOptions(tls)) };
  try {
    return await connect({ ...where, ...who }, socket);
  } catch (error) {
    const { reason } = toAmqpError(error);
    const cause = causes.find(({ when }) => when.test(reason)) ?? { what: reason, hint };
    throw new AmqpError(`${authority}: ${cause.what}`, { hint: cause.hint });
  }
}

async function closeModel(model: ChannelModel): Promise<void> {
  const late = setTimeout(() => hangUp(model, 'no goodbye'), 1_000);
  await close(model);
  clearTimeout(late);
}

/** amqplib's own close never ends if the socket is cut before the broker has said goodbye. */
async function close(open: Channel | ChannelModel): Promise<void> {
  const closed = new Promise((resolve) => open.on('close', resolve));
  // It rejects where all is closed already, a channel because the broker refused something.
  await Promise.race([closed, open.close().catch(() => undefined)]);
}

function authorityOf({ hostname, port }: { hostname: string; port: number }): string {
  return `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
}
