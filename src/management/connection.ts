// Where the broker is and who asks, from the flags and the environment that the Terraform and Pulumi providers read.
import type { AmqpTarget } from '../amqp/open-connection.ts';
import { Secret } from '../amqp/secret.ts';
import type { TlsMaterial } from '../amqp/tls.ts';
import { readPassword, readTls } from './files.ts';
import { invalid, parseAll, readSetting } from './settings.ts';
import { parseAmqpUrl, parseEndpoint, parseProxy, type SafeUrl } from './urls.ts';

export interface Connection {
  /** The management API as people may see it: no userinfo, no slash at the end, no /api. */
  readonly endpoint: string;
  readonly username: string;
  readonly password: Secret;
  readonly tls: TlsMaterial;
  readonly proxy: SafeUrl | undefined;
  readonly amqp: AmqpTarget;
  /** Milliseconds that the broker may stay silent, retries included. */
  readonly timeout: number;
}

export interface ConnectionFlags {
  readonly endpoint?: string | undefined;
  /** Seconds. */
  readonly timeout?: number | string | undefined;
}

const defaults = {
  endpoint: 'http://localhost:15672',
  username: 'guest',
  password: 'guest',
  timeout: 30,
};
const amqpPorts = { plain: 5672, tls: 5671 };

/** Throws InvalidInput, naming everything that is wrong. */
export function parseConnection(env: NodeJS.ProcessEnv, flags: ConnectionFlags): Connection {
  const { url, envPassword, tls, proxy, amqpUrl, timeout } = parseAll({
    url: () => readEndpoint(env, flags),
    envPassword: () => readPassword(env),
    tls: () => readTls(env),
    proxy: () => parseOptional(readSetting(env, 'RABBITMQ_PROXY'), parseProxy),
    amqpUrl: () => parseOptional(readSetting(env, 'AMQP_URL'), parseAmqpUrl),
    timeout: () => parseTimeout(flags.timeout ?? defaults.timeout),
  });
  const username = url.username ?? readSetting(env, 'RABBITMQ_USERNAME') ?? defaults.username;
  const password = url.password ?? envPassword ?? new Secret(defaults.password);
  const amqp = {
    ...locateAmqp(url, amqpUrl, tls),
    username: amqpUrl?.username ?? username,
    password: amqpUrl?.password ?? password,
  };
  const endpoint = `${url.protocol}//${url.host}${url.path}`;
  return { endpoint, username, password, tls, proxy, amqp, timeout };
}

function readEndpoint(env: NodeJS.ProcessEnv, flags: ConnectionFlags): SafeUrl {
  if (flags.endpoint !== undefined) return parseEndpoint(flags.endpoint, '--endpoint');
  const text = readSetting(env, 'RABBITMQ_ENDPOINT') ?? defaults.endpoint;
  return parseEndpoint(text, 'RABBITMQ_ENDPOINT');
}

function parseOptional<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

function parseTimeout(seconds: number | string): number {
  const milliseconds = Math.round(Number(seconds) * 1_000);
  // Node's timers count in 31 bits.
  if (milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds;
  throw invalid('invalid-timeout', '--timeout is not a number of seconds', 'write --timeout 30');
}

/** Where AMQP_URL says; else the endpoint's host, with AMQP's own port. */
function locateAmqp(
  endpoint: SafeUrl,
  amqpUrl: SafeUrl | undefined,
  tls: TlsMaterial,
): Pick<AmqpTarget, 'hostname' | 'port' | 'tls'> {
  const encrypted = (amqpUrl ?? endpoint).protocol.endsWith('s:');
  return {
    hostname: (amqpUrl ?? endpoint).hostname,
    port: amqpUrl?.port ?? (encrypted ? amqpPorts.tls : amqpPorts.plain),
    tls: encrypted ? tls : undefined,
  };
}
