// Finds the broker and the credentials, from the flags and the environment that the Terraform and
// Pulumi providers read.
import type { AmqpTarget } from './amqp-target.ts';
import type { TlsMaterial } from './tls.ts';
import { chooseCredentials, doubtsAboutUsers, type Credentials } from './credentials.ts';
import { readTokenFile } from './token-file.ts';
import { readPassword, readTls } from './files.ts';
import { invalid, parseAll, readSetting } from './settings.ts';
import { parseAmqpUrl, parseEndpoint, parseProxy, type SafeUrl } from './urls.ts';

export interface Connection extends Credentials {
  /** The management API as people may see it: no userinfo, no slash at the end, no /api. */
  readonly endpoint: string;
  /** The same for a sentence, with its origin. */
  readonly place: string;
  readonly tls: TlsMaterial;
  readonly proxy: SafeUrl | undefined;
  readonly amqp: AmqpTarget;
  /** The vhost in AMQP_URL, only to compare: objects have their own. */
  readonly amqpVhost: string | undefined;
  /** Milliseconds that the broker may stay silent, retries included. */
  readonly timeout: number;
  /** Doubts about the settings, as sentences. */
  readonly doubts: readonly string[];
}

export interface ConnectionFlags {
  readonly endpoint?: string | undefined;
  /** Seconds. */
  readonly timeout?: number | string | undefined;
}

const defaults = {
  endpoint: 'http://localhost:15672',
  timeout: 30,
};
const amqpPorts = { plain: 5672, tls: 5671 };

/** Throws InvalidInput, naming everything that is wrong. */
export function parseConnection(env: NodeJS.ProcessEnv, flags: ConnectionFlags): Connection {
  const { given, password, token, tls, proxy, amqpUrl, timeout } = parseAll({
    given: () => readEndpoint(env, flags),
    password: () => readPassword(env),
    token: () => readTokenFile(env),
    tls: () => readTls(env),
    proxy: () => parseOptional(readSetting(env, 'RABBITMQ_PROXY'), parseProxy),
    amqpUrl: () => parseOptional(readSetting(env, 'AMQP_URL'), parseAmqpUrl),
    timeout: () => parseTimeout(flags.timeout ?? defaults.timeout),
  });
  const { url } = given;
  const credentials = chooseCredentials(env, given, token ?? password);
  const amqp = {
    ...locateAmqp(given, amqpUrl, tls),
    username: amqpUrl?.username ?? credentials.username,
    password: amqpUrl?.password ?? credentials.password,
  };
  const endpoint = `${url.protocol}//${url.host}${url.path}`;
  const doubts = doubtsAboutUsers(env, { url, token }, amqpUrl);
  const amqpVhost = amqpUrl && vhostOf(amqpUrl);
  const place = `the broker at ${endpoint} (${whence(given)})`;
  return { endpoint, place, ...credentials, tls, proxy, amqp, amqpVhost, timeout, doubts };
}

interface GivenEndpoint {
  readonly url: SafeUrl;
  readonly setting: string;
  readonly isDefault: boolean;
}

function readEndpoint(env: NodeJS.ProcessEnv, { endpoint }: ConnectionFlags): GivenEndpoint {
  if (endpoint !== undefined) {
    return { url: parseFlag(endpoint), setting: '--endpoint', isDefault: false };
  }
  const setting = 'RABBITMQ_ENDPOINT';
  const text = readSetting(env, setting);
  const url = parseEndpoint(text ?? defaults.endpoint, setting);
  return { url, setting, isDefault: text === undefined };
}

const whence = ({ setting, isDefault }: GivenEndpoint): string =>
  isDefault ? `the default, as ${setting} is not set` : `as ${setting} says`;

/** Other users of the machine can see a command's arguments. */
function parseFlag(endpoint: string): SafeUrl {
  const url = parseEndpoint(endpoint, '--endpoint');
  if (url.password === undefined) return url;
  const hint = 'set RABBITMQ_USERNAME, and RABBITMQ_PASSWORD or RABBITMQ_PASSWORD_FILE';
  throw invalid('password-in-argv', '--endpoint holds a password, for all to see', hint);
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
  { url: endpoint, setting, isDefault }: GivenEndpoint,
  amqpUrl: SafeUrl | undefined,
  tls: TlsMaterial,
): Pick<AmqpTarget, 'hostname' | 'port' | 'tls' | 'origin'> {
  const encrypted = (amqpUrl ?? endpoint).protocol.endsWith('s:');
  const derived = isDefault
    ? 'the default, as neither AMQP_URL nor RABBITMQ_ENDPOINT is set'
    : `the host of ${setting}, as AMQP_URL is not set`;
  return {
    hostname: (amqpUrl ?? endpoint).hostname,
    port: amqpUrl?.port ?? (encrypted ? amqpPorts.tls : amqpPorts.plain),
    tls: encrypted ? tls : undefined,
    origin: amqpUrl === undefined ? derived : 'as AMQP_URL says',
  };
}

/** Undefined if the path is none, or only a slash. */
function vhostOf({ path }: SafeUrl): string | undefined {
  if (path === '') return undefined;
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    const hint = 'write a % as %25, or leave the vhost out: the topology has it';
    throw invalid('invalid-address', 'AMQP_URL has a % in its vhost that escapes nothing', hint);
  }
}
