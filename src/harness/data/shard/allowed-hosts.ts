// Decides which hosts a download may ask, and which addresses it may connect to.
import ipaddr from 'ipaddr.js';
import { ExpectedError } from '../../../topology/problem.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

type Allowed =
  | { readonly kind: 'host'; readonly hostname: string; readonly port: number | undefined }
  | {
      readonly kind: 'network';
      readonly network: [Address, number];
      readonly port: number | undefined;
    };

export interface AllowedHosts {
  /** Whether the URI's host is named. Without a port in the list, only the scheme's own port. */
  readonly mayAsk: (url: URL) => boolean;
  /** Whether a host's address may be connected to: a public one, or one that `entries` name. */
  readonly mayConnect: (address: string, port: number) => boolean;
}

/**
 * `publicOnly`: hosts that may be asked at public addresses alone. Throws ExpectedError for an
 * entry that is no host, address or network.
 */
export function parseAllowedHosts(
  entries: readonly string[],
  publicOnly: readonly string[] = [],
): AllowedHosts {
  const list = entries.map(parseEntry);
  const all = [...list, ...publicOnly.map(parseEntry)];
  const mayConnect = (address: Address, port: number): boolean =>
    isPublic(address) || isNamed(list, address, port, undefined);
  return {
    mayAsk: (url) => {
      const port = portOf(url);
      const address = literalAddress(url.hostname);
      // No name is looked up, so mayConnect isn't asked.
      if (address !== undefined)
        return isNamed(all, address, port, ownPort(url)) && mayConnect(address, port);
      return all.some(
        (allowed) =>
          allowed.kind === 'host' &&
          allowed.hostname === url.hostname &&
          (allowed.port ?? ownPort(url)) === port,
      );
    },
    mayConnect: (text, port) => mayConnect(ipaddr.process(text), port),
  };
}

/** `without`: the port of an entry that names none; undefined for any. */
const isNamed = (
  list: readonly Allowed[],
  address: Address,
  port: number,
  without: number | undefined,
): boolean =>
  list.some(
    (allowed) =>
      allowed.kind === 'network' &&
      isWithin(address, allowed.network) &&
      (allowed.port ?? without ?? port) === port,
  );

export const portOf = (url: URL): number => (url.port === '' ? ownPort(url) : Number(url.port));

const ownPort = (url: URL): number => (url.protocol === 'https:' ? 443 : 80);

/** IANA's global unicast space, the only part of IPv6 that is routed on the internet. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(globalUnicast);
}

const isWithin = (address: Address, [network, bits]: [Address, number]): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

function literalAddress(hostname: string): Address | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isAddress(bare) ? ipaddr.process(bare) : undefined;
}

const isAddress = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);

/** Tells whether an entry names an address, or a network, that isn't public. */
export function isInternal(entry: string): boolean {
  const parsed = parseEntry(entry);
  return parsed.kind === 'network' && !isPublic(parsed.network[0]);
}

/** Whether an entry is one that parseAllowedHosts takes. */
export function isAllowedHost(entry: string): boolean {
  try {
    parseEntry(entry);
    return true;
  } catch {
    return false;
  }
}

function parseEntry(entry: string): Allowed {
  if (ipaddr.isValidCIDR(entry)) {
    return { kind: 'network', network: ipaddr.parseCIDR(entry), port: undefined };
  }
  if (isAddress(entry)) return toNetwork(ipaddr.process(entry), undefined);
  const [, host = '', port] = /^(.+?)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const hostname = parseHostname(host);
  const number = port === undefined ? undefined : Number(port);
  if (hostname === undefined || (number ?? 1) > 65_535) throw noHost(entry);
  const address = literalAddress(hostname);
  return address === undefined
    ? { kind: 'host', hostname, port: number }
    : toNetwork(address, number);
}

const toNetwork = (address: Address, port: number | undefined): Allowed => ({
  kind: 'network',
  network: [address, address.toByteArray().length * 8],
  port,
});

/** As the URI's own host will be written: lower case, punycode. */
function parseHostname(host: string): string | undefined {
  if (/[\s/?#@\\]/.test(host)) return undefined;
  const text = `http://${host}`;
  return URL.canParse(text) && new URL(text).port === '' ? new URL(text).hostname : undefined;
}

const noHost = (entry: string): ExpectedError =>
  new ExpectedError(`--allow-host ${entry} is no host, address or network`, {
    hint: 'write --allow-host data.example.com, data.example.com:8443, 10.0.0.5:9000 or 10.0.0.0/8',
  });
