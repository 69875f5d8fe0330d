// Lists the arguments that RabbitMQ and its usual plugins know, and the types of queues and
// exchanges that take each. RabbitMQ refuses an argument of another queue type; it silently stores
// unknown ones, and arguments of other exchange types.

export type QueueType = 'classic' | 'quorum' | 'stream';

const every = ['classic', 'quorum', 'stream'] as const;
const messages = ['classic', 'quorum'] as const;
const classic = ['classic'] as const;
const quorum = ['quorum'] as const;
const stream = ['stream'] as const;

/** With the types that take each in some version; differences.ts has the versions. */
export const queueArguments: ReadonlyMap<string, readonly QueueType[]> = new Map<
  string,
  readonly QueueType[]
>([
  ['x-queue-type', every],
  ['x-message-ttl', messages],
  ['x-expires', messages],
  ['x-max-length', messages],
  ['x-max-length-bytes', every],
  ['x-overflow', messages],
  ['x-dead-letter-exchange', messages],
  ['x-dead-letter-routing-key', messages],
  ['x-dead-letter-strategy', quorum],
  ['x-single-active-consumer', messages],
  ['x-delivery-limit', quorum],
  ['x-max-priority', classic],
  ['x-queue-mode', classic],
  ['x-queue-version', classic],
  ['x-queue-master-locator', classic],
  ['x-queue-leader-locator', every],
  ['x-quorum-initial-group-size', quorum],
  ['x-quorum-target-group-size', every],
  ['x-max-in-memory-length', quorum],
  ['x-max-in-memory-bytes', quorum],
  ['x-consumer-timeout', every],
  ['x-consumer-disconnected-timeout', quorum],
  ['x-delayed-retry-type', quorum],
  ['x-delayed-retry-min', quorum],
  ['x-delayed-retry-max', quorum],
  ['x-max-age', stream],
  ['x-stream-max-segment-size-bytes', stream],
  ['x-stream-filter-size-bytes', stream],
  ['x-initial-cluster-size', stream],
  ['x-message-deduplication', every],
  ['x-cache-size', every],
]);

/**
 * The exchange types whose arguments are known, and what each reads besides the arguments of every
 * exchange. RabbitMQ stores all others without a word.
 */
export const exchangeTypes: ReadonlyMap<string, readonly string[]> = new Map<
  string,
  readonly string[]
>([
  ['direct', []],
  ['fanout', []],
  ['topic', []],
  ['headers', []],
  ['x-consistent-hash', ['hash-header', 'hash-property']],
  ['x-delayed-message', ['x-delayed-type']],
  ['x-local-random', []],
  ['x-message-deduplication', ['x-cache-size', 'x-cache-ttl', 'x-cache-persistence']],
  ['x-modulus-hash', []],
  ['x-random', []],
  ['x-recent-history', ['x-recent-history-length']],
]);

export const exchangeArguments: ReadonlySet<string> = new Set([
  'alternate-exchange',
  'x-super-stream',
  ...[...exchangeTypes.values()].flat(),
]);

export const bindingArguments: ReadonlySet<string> = new Set([
  'x-match',
  'x-stream-partition-order',
]);

export function isQueueType(type: string | null): type is QueueType {
  return every.some((known) => known === type);
}
export const queueTypes: readonly string[] = every;

/** Arguments that are always strings: a number from a variable is written as text. */
export const stringArguments: ReadonlySet<string> = new Set([
  'x-queue-type',
  'x-overflow',
  'x-dead-letter-exchange',
  'x-dead-letter-routing-key',
  'x-dead-letter-strategy',
  'x-queue-mode',
  'x-queue-master-locator',
  'x-queue-leader-locator',
  'x-delayed-retry-type',
  'x-max-age',
  'alternate-exchange',
  'x-delayed-type',
  'hash-header',
  'hash-property',
  'x-cache-persistence',
  'x-match',
]);
