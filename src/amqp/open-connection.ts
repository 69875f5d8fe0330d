// Opens one AMQP connection, and closes it for good.
import type { Channel, ChannelModel } from 'amqplib';
import { isIP } from 'node:net';
import { letIn } from '../topology/grant.ts';
import { shellWord } from '../topology/quote.ts';
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

export interface ConnectionOptions {
  readonly vhost: string;
  /** Milliseconds until the broker must have let us in. */
  readonly timeout: number;
  /** Seconds: a broker that is gone is noticed within two of them. */
  readonly heartbeat: number;
  /** What the broker's list of connections calls it. */
  readonly name: string;
}

export const hint = 'set AMQP_URL to where the broker speaks AMQP, such as amqp://localhost:5672';
/** What amqplib says where nobody could tell what it means. */
const causes: readonly {
  when: RegExp;
  what: string;
  hint: string | ((username: string, vhost: string) => string);
}[] = [
  {
    when: /^Login was refused/,
    what: 'the user or the password is wrong',
    hint: 'check RABBITMQ_USERNAME and RABBITMQ_PASSWORD, or those in AMQP_URL',
  },
  {
    when: /got <ConnectionClose /,
    what: 'the vhost is not there, or closed to the user',
    hint: (username, vhost) =>
      `create it, or let the user in where rabbitmqctl list_user_permissions ${shellWord(username)} shows no permission in it: ${letIn(username, vhost)}`,
  },
];

export async function openConnection(
  { hostname, port, username, password, tls }: AmqpTarget,
  { vhost, timeout, heartbeat, name }: ConnectionOptions,
): Promise<ChannelModel> {
  const authority = authorityOf({ hostname, port });
  const protocol = tls === undefined ? 'amqp' : 'amqps';
  const where = { protocol, hostname, port, vhost: encodeURIComponent(vhost), heartbeat };
  const who = { username, password: password.reveal() };
  const socket = {
    ...{ timeout, noDelay: true, clientProperties: { connection_name: name } },
    ...(tls === undefined ? {} : renderTlsOptions(tls)),
  };
  // Most plans need no AMQP.
  const { connect } = await import('amqplib');
  try {
    return await connect({ ...where, ...who }, socket);
  } catch (error) {
    const { reason } = toAmqpError(error);
    const cause = causes.find(({ when }) => when.test(reason)) ?? { what: reason, hint };
    const told = typeof cause.hint === 'function' ? cause.hint(username, vhost) : cause.hint;
    throw new AmqpError(`${authority}: ${cause.what}`, { hint: told });
  }
}

export async function closeConnection(model: ChannelModel): Promise<void> {
  const late = setTimeout(() => hangUp(model, 'no goodbye'), 1_000);
  await close(model);
  clearTimeout(late);
}

/** A channel or a connection: amqplib's own close never ends if the socket is cut before the broker has said goodbye. */
export async function close(open: Channel | ChannelModel): Promise<void> {
  const closed = new Promise((resolve) => open.on('close', resolve));
  // It rejects where all is closed already, a channel because the broker refused something.
  await Promise.race([closed, open.close().catch(() => undefined)]);
}

export function authorityOf({ hostname, port }: { hostname: string; port: number }): string {
  return `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
}
