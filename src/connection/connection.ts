// Finds the broker and the credentials, from the flags and the environment that the Terraform and
// Pulumi providers read.
import type { AmqpTarget } from './amqp-target.ts';
import type { TlsMaterial } from './tls.ts';
import { chooseCredentials, doubtsAboutUsers, type Credentials } from './credentials.ts';
import { readTokenFile } from './token-file.ts';
import { readPassword, readTls } from './files.ts';
import { InvalidInput, type Position } from '../topology/problem.ts';
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
  /** Where the endpoint is instead of RABBITMQ_ENDPOINT. */
  readonly endpointEnv?: EndpointVariable | undefined;
}

/** The environment variable that a chosen environment takes the endpoint from. */
interface EndpointVariable {
  /** RABBITMQ_ENDPOINT, or RABBITMQ_ENDPOINT_…; then AMQP_URL_… goes with it. */
  readonly name: string;
  readonly environment: string;
  readonly at?: Position;
}

const usual = { endpoint: 'RABBITMQ_ENDPOINT', amqp: 'AMQP_URL' };

const amqpSetting = ({ endpoint, endpointEnv }: ConnectionFlags): string =>
  endpoint === undefined && endpointEnv !== undefined
    ? usual.amqp + endpointEnv.name.slice(usual.endpoint.length)
    : usual.amqp;

const defaults = {
  endpoint: 'http://localhost:15672',
  timeout: 30,
};
const amqpPorts = { plain: 5672, tls: 5671 };

/** Throws InvalidInput, naming everything that is wrong. */
export function parseConnection(env: NodeJS.ProcessEnv, flags: ConnectionFlags): Connection {
  const atAmqp = amqpSetting(flags);
  const { given, password, token, tls, proxy, amqpUrl, timeout } = parseAll({
    given: () => readEndpoint(env, flags),
    password: () => readPassword(env),
    token: () => readTokenFile(env),
    tls: () => readTls(env),
    proxy: () => parseOptional(readSetting(env, 'RABBITMQ_PROXY'), parseProxy),
    amqpUrl: () => parseOptional(readSetting(env, atAmqp), (text) => parseAmqpUrl(text, atAmqp)),
    timeout: () => parseTimeout(flags.timeout ?? defaults.timeout),
  });
  const { url } = given;
  const credentials = chooseCredentials(env, given, token ?? password);
  const amqp = {
    ...locateAmqp(given, amqpUrl, atAmqp, tls),
    username: amqpUrl?.username ?? credentials.username,
    password: amqpUrl?.password ?? credentials.password,
  };
  const endpoint = `${url.protocol}//${url.host}${url.path}`;
  const doubts = doubtsAboutUsers(env, { url, token }, amqpUrl, atAmqp);
  const amqpVhost = amqpUrl && vhostOf(amqpUrl, atAmqp);
  const place = `the broker at ${endpoint} (${whence(given)})`;
  return { endpoint, place, ...credentials, tls, proxy, amqp, amqpVhost, timeout, doubts };
}

interface GivenEndpoint {
  readonly url: SafeUrl;
  readonly setting: string;
  readonly isDefault: boolean;
}

function readEndpoint(
  env: NodeJS.ProcessEnv,
  { endpoint, endpointEnv }: ConnectionFlags,
): GivenEndpoint {
  if (endpoint !== undefined) {
    return { url: parseFlag(endpoint), setting: '--endpoint', isDefault: false };
  }
  const setting = endpointEnv?.name ?? usual.endpoint;
  const text = readSetting(env, setting);
  if (text === undefined && endpointEnv !== undefined) throw unsetEndpoint(endpointEnv);
  const url = parseEndpoint(text ?? defaults.endpoint, setting);
  return { url, setting, isDefault: text === undefined };
}

/** The default would be another broker. */
function unsetEndpoint({ name, environment, at }: EndpointVariable): InvalidInput {
  const message = `${name} is not set, and holds the URL of the broker of environment "${environment}"`;
  const hint = `export ${name}=https://…, or name the broker with --endpoint`;
  return new InvalidInput([{ code: 'unset-endpoint', message, hint, ...(at && { at }) }]);
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
  atAmqp: string,
  tls: TlsMaterial,
): Pick<AmqpTarget, 'hostname' | 'port' | 'tls' | 'origin'> {
  const encrypted = (amqpUrl ?? endpoint).protocol.endsWith('s:');
  const derived = isDefault
    ? 'the default, as neither AMQP_URL nor RABBITMQ_ENDPOINT is set'
    : `the host of ${setting}, as ${atAmqp} is not set`;
  return {
    hostname: (amqpUrl ?? endpoint).hostname,
    port: amqpUrl?.port ?? (encrypted ? amqpPorts.tls : amqpPorts.plain),
    tls: encrypted ? tls : undefined,
    origin: amqpUrl === undefined ? derived : `as ${atAmqp} says`,
  };
}

/** Undefined if the path is none, or only a slash. */
function vhostOf({ path }: SafeUrl, setting: string): string | undefined {
  if (path === '') return undefined;
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    const hint = 'write a % as %25, or leave the vhost out: the topology has it';
    const message = `${setting} has a % in its vhost that escapes nothing`;
    throw invalid('invalid-address', message, hint);
  }
}
