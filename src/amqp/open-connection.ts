// Opens one AMQP connection, and closes it for good.
import type { Channel, ChannelModel } from 'amqplib';
import { letInUnlessIn } from '../topology/grant.ts';
import { InvalidInput, type ExpectedError } from '../topology/problem.ts';
import { quote, shellWord } from '../topology/quote.ts';
import { AmqpError, AmqpRefused, toAmqpError } from './amqp-error.ts';
import { brokerAt, type AmqpTarget } from '../connection/amqp-target.ts';
import { hintForLogin, userOf } from '../connection/credentials.ts';
import { TokenFile, tokenSetting } from '../connection/token-file.ts';
import { renderTlsOptions } from '../connection/tls.ts';
import { renewSecret } from './renew-secret.ts';
import { hangUp } from './wire.ts';
import { isReadable } from './field-table.ts';

export interface ConnectionOptions {
  readonly vhost: string;
  /** Milliseconds to open the connection and log in. */
  readonly timeout: number;
  /** Seconds: a lost broker is noticed within two of them. */
  readonly heartbeat: number;
  /** The connection's name in the broker's list. */
  readonly name: string;
  /** Gives up if aborted before the connection is open. */
  readonly signal?: AbortSignal;
}

export const hint = 'set AMQP_URL to where the broker speaks AMQP, such as amqp://localhost:5672';

interface Cause {
  readonly when: RegExp;
  /** What the broker refused, for the message. */
  readonly what: (vhost: string) => string;
  readonly hint: (target: AmqpTarget, vhost: string) => string;
}

/**
 * Explains errors of amqplib that say little. The broker keeps its reason for refusing a vhost to
 * itself.
 */
const causes: readonly Cause[] = [
  {
    when: /^Login was refused/,
    what: () => '(403): the user or the password is wrong',
    hint: ({ username, password }) =>
      password instanceof TokenFile
        ? hintForLogin({ username, password, origin: tokenSetting })
        : 'check RABBITMQ_USERNAME and RABBITMQ_PASSWORD, or those in AMQP_URL',
  },
  {
    when: /got <ConnectionClose /,
    what: (vhost) =>
      `(530): vhost ${quote(vhost)} is not there, is closed to the user, or a limit of connections is reached`,
    hint: (target, vhost) =>
      `if that is the broker you mean, create the vhost that the topology names: rabbitmqctl add_vhost ${shellWord(vhost)}; let the user in: ${letInUnlessIn(userOf(target), vhost)}; or raise the limit: rabbitmqctl list_user_limits, list_vhost_limits`,
  },
];

/** Nothing answered at all; for any other error, something did. */
const unreached =
  /ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ECONNRESET|EPIPE/;

export async function openConnection(
  target: AmqpTarget,
  { vhost, timeout, heartbeat, name, signal: ended }: ConnectionOptions,
): Promise<ChannelModel> {
  const { hostname, port, username, password, tls } = target;
  const protocol = tls === undefined ? 'amqp' : 'amqps';
  const where = { protocol, hostname, port, vhost: encodeURIComponent(vhost), heartbeat };
  const secret = password.reveal();
  const opening = new AbortController();
  const giveUp = (): void => {
    opening.abort();
  };
  ended?.addEventListener('abort', giveUp);
  if (ended?.aborted === true) giveUp();
  const socket = {
    signal: opening.signal,
    timeout,
    noDelay: true,
    clientProperties: { connection_name: name },
    ...(tls === undefined ? {} : renderTlsOptions(tls)),
  };
  // Most plans need no AMQP.
  const { connect } = await import('amqplib');
  try {
    const model = await connect({ ...where, username, password: secret }, socket);
    dropUnreadableHeaders(model);
    hangUpOnceClosed(model);
    renewSecret(model, password, secret);
    return await expected(model, target);
  } catch (error) {
    throw toRefusal(error, target, vhost);
  } finally {
    ended?.removeEventListener('abort', giveUp);
  }
}

/** Closes the connection to a broker that the files don't expect. */
async function expected(model: ChannelModel, target: AmqpTarget): Promise<ChannelModel> {
  const { serverProperties: found } = model.connection;
  try {
    target.assertExpected?.({
      cluster_name: found['cluster_name'] ?? '',
      version: found.version,
    });
    return model;
  } catch (error) {
    await closeConnection(model);
    throw error;
  }
}

function toRefusal(error: unknown, target: AmqpTarget, vhost: string): ExpectedError {
  if (error instanceof InvalidInput) return error;
  const { username } = target;
  const { reason } = toAmqpError(error);
  const cause = causes.find(({ when }) => when.test(reason));
  if (cause !== undefined) {
    const whom = `${brokerAt(target)} refused user ${username} ${cause.what(vhost)}`;
    return new AmqpRefused(whom, { hint: cause.hint(target, vhost) });
  }
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ECONNRESET' && isLong(target)) {
    const what = `${brokerAt(target)} hangs up, as the token is too long for AMQP`;
    return new AmqpRefused(what, { hint: longTokenHint });
  }
  const isUnreached = unreached.test(`${code} ${reason}`);
  return new (isUnreached ? AmqpError : AmqpRefused)(`${brokerAt(target)}: ${reason}`, { hint });
}

/** The broker takes 4096 bytes before a user is known, and 8192 from 4.1 on. */
const isLong = ({ password }: AmqpTarget): boolean =>
  password instanceof TokenFile && password.reveal().length > 3_500;

const longTokenHint =
  'have a shorter one issued, or raise initial_frame_max in the configuration of RabbitMQ';

/**
 * amqplib only ends its own side: a broker that reads nothing, as it has an alarm, would keep the
 * socket open, and topo running.
 */
function hangUpOnceClosed(model: ChannelModel): void {
  model.on('close', () => {
    setTimeout(() => hangUp(model, 'closed'), 1_000).unref();
  });
}

export async function closeConnection(model: ChannelModel): Promise<void> {
  const late = setTimeout(() => hangUp(model, 'no goodbye'), 1_000);
  await close(model);
  clearTimeout(late);
}

/**
 * Closes a channel or a connection. amqplib's own close never settles if the socket is cut before
 * the broker has answered.
 */
export async function close(open: Channel | ChannelModel): Promise<void> {
  const closed = new Promise((resolve) => open.on('close', resolve));
  // Rejects if it is closed already, such as a channel after a refusal.
  await Promise.race([closed, open.close().catch(() => undefined)]);
}

/** A part of amqplib that it does not export. `rest`: bytes of the socket that are no frame yet. */
interface Receiver {
  rest: Buffer;
  recvFrame(): unknown;
}

/**
 * Takes headers that amqplib can't decode off a message before amqplib sees them: they would end
 * the connection, and the message would come again on the next.
 */
function dropUnreadableHeaders(model: ChannelModel): void {
  const receiver = model.connection as unknown as Receiver;
  const receive = receiver.recvFrame.bind(receiver);
  // It calls itself again for each chunk that it reads.
  receiver.recvFrame = () => {
    receiver.rest = withReadableHeaders(receiver.rest);
    return receive();
  };
}

/** Bytes of a frame before its payload, and after it. */
const [before, behind] = [7, 1];
const contentHeader = 2;
/** Where the properties stand in a content header: after its class, weight and body size. */
const flagsAt = before + 12;
/** The bits of the properties before the headers, and of the headers. */
const [contentType, contentEncoding, headers] = [0x8000, 0x4000, 0x2000];

/** The same bytes, unless they begin with a whole frame whose headers can't be read. */
function withReadableHeaders(bytes: Buffer): Buffer {
  if (bytes.length < flagsAt + 2 || bytes[0] !== contentHeader) return bytes;
  const size = bytes.readUInt32BE(3);
  const end = before + size;
  if (bytes.length < end + behind) return bytes;
  const flags = bytes.readUInt16BE(flagsAt);
  if ((flags & headers) === 0) return bytes;
  let start = flagsAt + 2;
  for (const flag of [contentType, contentEncoding])
    if ((flags & flag) !== 0) start += 1 + (bytes[start] ?? 0);
  if (start + 4 > end) return bytes;
  const tableEnd = start + 4 + bytes.readUInt32BE(start);
  if (tableEnd > end || isReadable(bytes.subarray(start + 4, tableEnd))) return bytes;
  const frame = Buffer.concat([bytes.subarray(0, start), bytes.subarray(tableEnd)]);
  frame.writeUInt32BE(size - (tableEnd - start), 3);
  frame.writeUInt16BE(flags - headers, flagsAt);
  return frame;
}
