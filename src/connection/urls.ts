// Parses the addresses among the settings. Takes the userinfo out at once, as it may hold a
// password.
import { Secret } from '../topology/secret.ts';
import { invalid } from './settings.ts';

/** Where an address came from, what it may be, and an example. */
interface Expected {
  readonly setting: string;
  readonly protocols: readonly string[];
  readonly example: string;
}

/** A URL in parts, none of which shows a secret. */
export interface SafeUrl {
  /** With a colon at the end. */
  readonly protocol: string;
  /** An IPv6 address without brackets. */
  readonly hostname: string;
  /** As it stands in a URL: with brackets, with a port if one is given. */
  readonly host: string;
  readonly port: number | undefined;
  /** Without a slash at the end. */
  readonly path: string;
  readonly username: string | undefined;
  readonly password: Secret | undefined;
}

export function parseEndpoint(text: string, setting: string): SafeUrl {
  const example = 'http://localhost:15672';
  return parseUrl(text, { setting, protocols: ['http:', 'https:'], example });
}

export function parseProxy(text: string): SafeUrl {
  const example = 'http://proxy.example:3128';
  return parseUrl(text, { setting: 'RABBITMQ_PROXY', protocols: ['http:', 'https:'], example });
}

export function parseAmqpUrl(text: string, setting: string): SafeUrl {
  const example = 'amqp://localhost:5672';
  return parseUrl(text, { setting, protocols: ['amqp:', 'amqps:'], example });
}

function parseUrl(text: string, { setting, protocols, example }: Expected): SafeUrl {
  const hint = `write it like ${example}`;
  const wrong = (why: string) => invalid('invalid-address', `${setting} ${why}`, hint);
  if (!URL.canParse(text)) throw wrong('is not a URL');
  const url = new URL(text);
  if (!protocols.includes(url.protocol) || url.hostname === '') {
    throw wrong(
      `does not start with ${protocols.map((one) => `${one}//`).join(' or ')} and a host`,
    );
  }
  if (url.hash !== '' || (url.search !== '' && !url.protocol.startsWith('amqp'))) {
    throw wrong('has a query or a fragment');
  }
  const username = decode(url.username);
  const password = decode(url.password);
  if (username === null || password === null)
    throw wrong('has a % in its user or password that escapes nothing');
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    host: url.host,
    port: url.port === '' ? undefined : Number(url.port),
    path: url.pathname.replace(/\/+$/, ''),
    username,
    password: password === undefined ? undefined : new Secret(password),
  };
}

/** Undefined if there is nothing, null if the escapes are wrong. */
function decode(part: string): string | undefined | null {
  try {
    return part === '' ? undefined : decodeURIComponent(part);
  } catch {
    return null;
  }
}
