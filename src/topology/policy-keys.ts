// Lists what may stand in a policy's definition: RabbitMQ refuses a policy with any other key.
// Taken from the validators of RabbitMQ 3.10 to 4.3; tested on 3.10.8, 4.0.5 and 4.3.6.
import type { QueueType } from './known-arguments.ts';
import type { Plugin } from './plugins.ts';
import type { PolicyValue } from './policy-value.ts';
import { always, type Span } from './versions.ts';

/** What a policy can apply to. */
export type PolicyTarget = 'exchange' | QueueType;

/** The values of a key, and those of earlier versions where they differ. */
type Values = PolicyValue & { readonly before?: { version: string; value: PolicyValue } };

export interface PolicyKey {
  readonly value: Values;
  /** What reads the key, and in which versions. */
  readonly acts: Partial<Record<PolicyTarget, Span>>;
  /** A queue of these types takes no policy with this key, whatever its other keys. */
  readonly bars: Partial<Record<QueueType, Span>>;
  /** The versions that accept the key in a policy. */
  readonly policy: Span;
  /** The versions that accept it in an operator policy. */
  readonly operator?: Span;
  /** Denied from this version on, unless the broker's configuration permits it. */
  readonly deprecated?: { readonly since: string; readonly feature: string };
  /** Only brokers with this plugin know the key. */
  readonly plugin?: Plugin;
}

const text: PolicyValue = { kind: 'text' };
const count: PolicyValue = { kind: 'integer', least: 0 };
const positive: PolicyValue = { kind: 'integer', least: 1 };
const choice = (...of: readonly string[]): PolicyValue => ({ kind: 'choice', of });

const messages = {
  acts: { classic: always, quorum: always },
  bars: { stream: always },
  policy: always,
};
const quorum = {
  acts: { quorum: always },
  bars: { classic: always, stream: always },
  policy: always,
};
const stream = {
  acts: { stream: always },
  bars: { classic: always, quorum: always },
  policy: always,
};
const classic = {
  acts: { classic: always },
  bars: { quorum: always, stream: always },
  policy: always,
};
const mirrored = { ...classic, policy: { until: '4.0' } };
const mirroredByOperators = { ...mirrored, operator: { since: '3.11.10', until: '4.0' } };
/** Quorum queues keep no messages in memory since 3.10. */
const inMemory = {
  value: count,
  acts: {},
  bars: { classic: { since: '3.12.14' }, stream: always },
  policy: always,
  operator: always,
};
const delayedRetry = {
  acts: { quorum: always },
  bars: {},
  policy: { since: '4.3.1' },
  operator: { since: '4.3.1' },
};
const everything = { exchange: always, classic: always, quorum: always, stream: always };
const federation = {
  value: text,
  acts: everything,
  bars: {},
  policy: always,
  plugin: 'rabbitmq_federation',
} as const;
const sharding = {
  acts: { exchange: always },
  bars: {},
  policy: always,
  plugin: 'rabbitmq_sharding',
} as const;
const deduplication = {
  value: { kind: 'any' },
  acts: everything,
  bars: {},
  policy: always,
  plugin: 'rabbitmq_message_deduplication',
} as const;

export const policyKeys: ReadonlyMap<string, PolicyKey> = new Map<string, PolicyKey>([
  ['message-ttl', { ...messages, value: count, operator: always }],
  ['expires', { ...messages, value: positive, operator: always }],
  ['max-length', { ...messages, value: count, operator: always }],
  [
    'max-length-bytes',
    {
      value: count,
      acts: { classic: always, quorum: always, stream: always },
      bars: {},
      policy: always,
      operator: always,
    },
  ],
  [
    'overflow',
    {
      ...messages,
      value: choice('drop-head', 'reject-publish', 'reject-publish-dlx'),
      operator: { since: '3.12.7' },
    },
  ],
  ['dead-letter-exchange', { ...messages, value: text }],
  ['dead-letter-routing-key', { ...messages, value: text }],
  ['dead-letter-strategy', { ...quorum, value: choice('at-most-once', 'at-least-once') }],
  [
    'delivery-limit',
    {
      ...quorum,
      // Since 4.0, a negative limit means no limit.
      value: { kind: 'integer', before: { version: '4.0', value: count } },
      operator: always,
    },
  ],
  [
    'consumer-timeout',
    {
      value: count,
      acts: { classic: { until: '4.3' }, quorum: always, stream: { until: '4.3' } },
      bars: {},
      policy: { since: '3.12' },
    },
  ],
  [
    'consumer-disconnected-timeout',
    { value: count, acts: { quorum: always }, bars: {}, policy: { since: '4.3' } },
  ],
  [
    'delayed-retry-type',
    { ...delayedRetry, value: choice('all', 'failed', 'returned', 'disabled') },
  ],
  ['delayed-retry-min', { ...delayedRetry, value: positive }],
  ['delayed-retry-max', { ...delayedRetry, value: positive }],
  [
    'target-group-size',
    { ...quorum, value: positive, policy: { since: '3.13' }, operator: { since: '3.13' } },
  ],
  [
    'queue-leader-locator',
    {
      value: choice('client-local', 'balanced', 'random', 'least-leaders'),
      acts: { classic: { since: '4.0' }, quorum: always, stream: always },
      bars: { classic: { until: '4.0' } },
      policy: always,
    },
  ],
  ['max-in-memory-length', inMemory],
  ['max-in-memory-bytes', inMemory],
  ['max-age', { ...stream, value: { kind: 'age' } }],
  [
    'stream-max-segment-size-bytes',
    { ...stream, value: { kind: 'integer', least: 0, most: 3_000_000_000 } },
  ],
  [
    'stream-filter-size-bytes',
    {
      value: { kind: 'integer', least: 16, most: 255 },
      acts: { stream: always },
      bars: {},
      policy: { since: '3.13' },
    },
  ],
  ['initial-cluster-size', { ...stream, value: count }],
  [
    'queue-mode',
    // Since 3.12, all classic queues do what lazy ones did.
    { ...classic, acts: { classic: { until: '3.12' } }, value: choice('default', 'lazy') },
  ],
  [
    'queue-version',
    {
      value: { kind: 'integer', least: 1, most: 2 },
      acts: { classic: { until: '4.0' } },
      bars: {},
      policy: always,
      operator: { since: '3.11.24' },
    },
  ],
  [
    'queue-master-locator',
    {
      ...classic,
      value: {
        ...choice('client-local', 'balanced', 'random', 'least-leaders', 'min-masters'),
        before: { version: '4.0', value: choice('client-local', 'random', 'min-masters') },
      },
      operator: { since: '4.0' },
      deprecated: { since: '4.3', feature: 'queue_master_locator' },
    },
  ],
  ['ha-mode', { ...mirroredByOperators, value: choice('all', 'exactly', 'nodes') }],
  ['ha-params', { ...mirroredByOperators, value: { kind: 'mirrors' } }],
  ['ha-sync-mode', { ...mirroredByOperators, value: choice('manual', 'automatic') }],
  ['ha-sync-batch-size', { ...mirrored, value: positive }],
  ['ha-promote-on-shutdown', { ...mirrored, value: choice('always', 'when-synced') }],
  ['ha-promote-on-failure', { ...mirrored, value: choice('always', 'when-synced') }],
  ['alternate-exchange', { value: text, acts: { exchange: always }, bars: {}, policy: always }],
  ['federation-upstream', federation],
  ['federation-upstream-set', federation],
  ['federation-upstream-pattern', { ...federation, value: { kind: 'pattern' } }],
  ['shards-per-node', { ...sharding, value: { kind: 'number', least: 0 } }],
  ['routing-key', { ...sharding, value: text }],
  ['x-cache-size', deduplication],
  ['x-cache-ttl', deduplication],
  ['x-cache-persistence', deduplication],
  ['x-message-deduplication', deduplication],
]);
