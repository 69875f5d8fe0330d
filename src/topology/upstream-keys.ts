// What the value of a federation upstream may hold, and each upstream of a set.
// Taken from the validators of RabbitMQ 3.10 to 4.3; tested on 3.10.8, 4.0.5 and 4.3.6.
import { choice, type KeyTable, type ParameterKey } from './parameter-key.ts';
import { always } from './versions.ts';

const text = { value: { kind: 'text' }, taken: always } as const;
const number = { value: { kind: 'number' }, taken: always } as const;
const flag = { value: { kind: 'flag' }, taken: always } as const;

const shared: readonly [string, ParameterKey][] = [
  ['exchange', text],
  ['queue', text],
  ['consumer-tag', text],
  ['prefetch-count', number],
  ['reconnect-delay', number],
  ['max-hops', number],
  ['expires', number],
  ['message-ttl', number],
  ['trust-user-id', flag],
  ['ack-mode', { value: choice('no-ack', 'on-publish', 'on-confirm'), taken: always }],
  ['resource-cleanup-mode', { value: choice('default', 'never'), taken: always }],
  [
    'ha-policy',
    {
      value: { kind: 'text' },
      taken: { until: '3.13.1' },
      remedy: 'remove ha-policy; queue-type: quorum replicates the queue of an upstream',
    },
  ],
  [
    'queue-type',
    {
      value: choice('classic', 'quorum'),
      taken: { since: '3.13.1' },
      remedy: 'remove queue-type, or upgrade RabbitMQ first',
    },
  ],
  ['bind-nowait', flag],
  ['channel-use-mode', { value: choice('multiple', 'single'), taken: always }],
];

export const upstreamKeys: KeyTable = new Map<string, ParameterKey>([
  ['uri', { value: { kind: 'uris' }, isNeeded: true, taken: always }],
  ...shared,
]);

export const setKeys: KeyTable = new Map<string, ParameterKey>([
  ['upstream', { ...text, isNeeded: true }],
  ...shared,
]);
