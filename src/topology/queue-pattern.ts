// Matches queue addresses against a pattern: `queues/%2F/orders.*`. A plan percent-encodes the *
// and ? of a name, so an address from a plan is never a pattern.
import type { Address } from './address.ts';
import { literalGlob, matchesGlob } from './glob.ts';
import { kindOfAddress } from './identity.ts';

export interface QueuePattern {
  readonly text: string;
  readonly vhost: string;
  readonly name: string;
}

/** Undefined unless it is the address of queues with a * or ? in it, in percent-encoded UTF-8. */
export function parseQueuePattern(text: string): QueuePattern | undefined {
  const [, ...parts] = /^queues\/([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (!/[*?]/.test(text) || parts.length < 2) return undefined;
  const [vhost, name] = parts.map(toGlob);
  return vhost === undefined || name === undefined ? undefined : { text, vhost, name };
}

/** Makes a glob over plain names: `%2A` is a star, `*` any characters. */
function toGlob(part: string): string | undefined {
  try {
    return part.replace(/[^*?]+/g, (literal) => literalGlob(decodeURIComponent(literal)));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

export function matchesQueue({ vhost, name }: QueuePattern, address: Address): boolean {
  if (kindOfAddress(address) !== 'queue') return false;
  const [, ...parts] = address.split('/');
  const [ofVhost = '', ofName = ''] = parts.map(decodeURIComponent);
  return matchesGlob(vhost, ofVhost) && matchesGlob(name, ofName);
}
