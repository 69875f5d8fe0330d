// What RabbitMQ's versions do differently for clients, whatever the topology. Tested on 3.10.8,
// 4.0.5 and 4.3.6.
import type { Span } from './versions.ts';

export interface ClientDifference extends Span {
  readonly code: string;
  /** What such a version does. */
  readonly says: string;
  readonly hint: string;
}

export const clientDifferences: readonly ClientDifference[] = [
  {
    code: 'message-size',
    since: '4.0',
    says: 'refuses messages over 16 MiB, unless configured; before 4.0, over 128 MiB',
    hint: 'set max_message_size, in bytes, if publishers send more',
  },
  {
    code: 'global-qos',
    since: '4.3',
    says: 'treats basic.qos with global=true, a limit for a whole channel, as one for each consumer',
    hint: 'set a prefetch for each consumer; deprecated_features.permit.global_qos = true brings the old way back',
  },
  {
    code: 'nack-does-not-count',
    since: '4.3',
    says: 'does not count a basic.nack with requeue towards the delivery limit of a quorum queue',
    hint: 'use basic.reject where attempts should count',
  },
  {
    code: 'injected-queue-type',
    since: '4.0',
    says: 'adds x-queue-type to the arguments of queues that were declared without',
    hint: 'tools that compare arguments must expect it; topo does',
  },
];

/** Paths of the management API that not all versions have. */
export const endpoints = {
  'deprecated-features': { since: '3.13' },
  version: { since: '4.0' },
  'queues/detailed': { since: '3.13' },
  'health/checks/quorum-queues-without-elected-leaders/all-vhosts': { since: '4.1' },
} as const satisfies Readonly<Record<string, Span>>;
