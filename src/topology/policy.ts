// Decides whether a policy is meant for an object. Policies only set what an object's own arguments
// leave open.
import { type Exchange, type Queue, isExchange } from './object.ts';
import type { Table } from './value.ts';

export interface Policy {
  readonly vhost: string;
  readonly name: string;
  /** A Perl-compatible regular expression, matched anywhere in the bytes of a name. */
  readonly pattern: string;
  /** Such as `all`, `queues`, `exchanges` and, since RabbitMQ 4, `classic_queues`. */
  readonly apply_to: string;
  /** The matching policy of the highest priority applies, as a whole: policies aren't merged. */
  readonly priority: number;
  readonly definition: Table;
}

/** `perhaps` if topo can't tell. */
export type Match = 'yes' | 'no' | 'perhaps';

/** Whether a policy is for objects of this kind and type, whatever their names. */
export function isMeantFor({ apply_to, definition }: Policy, object: Exchange | Queue): Match {
  if (isExchange(object)) return toMatch(['all', 'exchanges'].includes(apply_to));
  if (!['all', 'queues'].includes(apply_to)) {
    return toMatch(apply_to === (object.type === 'stream' ? 'streams' : `${object.type}_queues`));
  }
  const supports = [...definition.keys()].map((key) => isSupported(key, object.type));
  if (supports.includes('no')) return 'no';
  return supports.includes('perhaps') ? 'perhaps' : 'yes';
}

const toMatch = (matches: boolean): Match => (matches ? 'yes' : 'no');

/**
 * Measured on 3.10.8, and the same in the source of 4.x: a policy with a single key that the
 * queue's type doesn't support doesn't apply to the queue at all. On keys not listed here, versions
 * differ.
 */
const typesByKey = new Map<string, readonly string[]>([
  ...keysFor(['classic'], ['queue-mode', 'queue-master-locator', 'ha-mode', 'ha-params']),
  ...keysFor(['classic'], ['ha-sync-mode', 'ha-promote-on-shutdown', 'ha-promote-on-failure']),
  ...keysFor(['quorum'], ['delivery-limit', 'dead-letter-strategy']),
  ...keysFor(['stream'], ['max-age', 'stream-max-segment-size-bytes', 'initial-cluster-size']),
  ...keysFor(['classic', 'quorum'], ['dead-letter-exchange', 'dead-letter-routing-key']),
  ...keysFor(['classic', 'quorum'], ['expires', 'message-ttl', 'max-length', 'overflow']),
  ...keysFor(['classic', 'quorum'], ['max-in-memory-length', 'max-in-memory-bytes']),
  ...keysFor(['classic', 'quorum', 'stream'], ['max-length-bytes', 'alternate-exchange']),
]);

function keysFor(types: readonly string[], keys: readonly string[]): [string, readonly string[]][] {
  return keys.map((key) => [key, types]);
}

function isSupported(key: string, type: string | null): Match {
  const types = typesByKey.get(key);
  if (types === undefined || type === null) return 'perhaps';
  return toMatch(types.includes(type));
}
