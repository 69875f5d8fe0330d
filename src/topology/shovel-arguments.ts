// Which arguments of queues and consumers a version takes in the value of a shovel. Before 4.2.5,
// RabbitMQ refuses those that it doesn't list here; since then, it takes any.
import { always, isWithin, type Span } from './versions.ts';

const open: Span = { since: '4.2.5' };

const listed: Readonly<Record<'queue' | 'consumer', ReadonlyMap<string, Span>>> = {
  queue: new Map<string, Span>([
    ...[
      ...['x-expires', 'x-message-ttl', 'x-dead-letter-exchange', 'x-dead-letter-strategy'],
      ...['x-max-length', 'x-max-length-bytes', 'x-max-in-memory-length', 'x-max-in-memory-bytes'],
      ...['x-max-priority', 'x-overflow', 'x-queue-mode', 'x-queue-version', 'x-queue-type'],
      ...['x-single-active-consumer', 'x-quorum-initial-group-size', 'x-initial-cluster-size'],
      ...['x-stream-max-segment-size-bytes', 'x-queue-leader-locator'],
    ].map((name): [string, Span] => [name, always]),
    ['x-stream-filter-size-bytes', { since: '3.13' }],
  ]),
  consumer: new Map<string, Span>([
    ['x-priority', always],
    ['x-stream-offset', always],
    ['x-cancel-on-ha-failover', { until: '4.0' }],
  ]),
};

export const shovelTakes = (of: 'queue' | 'consumer', name: string, version: string): boolean => {
  const span = listed[of].get(name);
  return isWithin(version, open) || (span !== undefined && isWithin(version, span));
};
