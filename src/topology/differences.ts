// What RabbitMQ's versions do differently with the same topology, as tables: what a version
// refuses, stores but never reads, or treats in its own way. Tested on 3.10.8, 4.0.5 and 4.3.6;
// the versions between were read in RabbitMQ's source.
import type { Address } from './address.ts';
import type { AppliedPolicies } from './applied-policies.ts';
import { renderJson } from './json.ts';
import { isQueueType, type QueueType } from './known-arguments.ts';
import type { Exchange, Queue, TopologyObject } from './object.ts';
import { quote } from './quote.ts';
import { toPlain, type Value } from './value.ts';
import type { Span } from './versions.ts';

/** Deprecated: works unless the broker's configuration forbids it, and will go. */
export type Effect = 'refused' | 'ignored' | 'different' | 'deprecated';

export interface VersionEffect extends Span {
  readonly effect: Effect;
  /** Read in RabbitMQ's source, as no such version could be tested. */
  readonly isRead?: true;
  /** The feature that `GET /deprecated-features` lists with its state. */
  readonly feature?: string;
}

/** Where an object has what is different. */
export interface Place {
  readonly path: readonly string[];
  /** Such as `x-queue-version 1`. */
  readonly what: string;
}

/** What is around an object. */
export interface Around {
  readonly policies: AppliedPolicies;
  /** Undefined if no such object is known. */
  readonly find: (address: Address) => TopologyObject | undefined;
}

export interface Difference<T> {
  readonly code: string;
  /** At most one for each version. */
  readonly effects: readonly VersionEffect[];
  /** Undefined if it isn't about this object. A queue has a type: that of its vhost if need be. */
  readonly find: (object: T, around: Around) => Place | undefined;
  /** Says what happens, in place of `RabbitMQ 4.3 ignores x-queue-mode`. */
  readonly says?: string;
  /** What to do about it. */
  readonly hint: string;
}

interface Argument {
  readonly name: string;
  readonly types: readonly QueueType[];
  readonly isSo?: (value: Value) => boolean;
}

/** Finds an argument of queues of these types. */
const argument =
  ({ name, types, isSo = () => true }: Argument): Difference<Queue>['find'] =>
  ({ type, arguments: table }) => {
    const value = table.get(name);
    if (value === undefined || !isSo(value)) return undefined;
    if (!isQueueType(type) || !types.includes(type)) return undefined;
    return { path: ['arguments', name], what: `${name} ${renderJson(toPlain(value))}` };
  };

const since = (version: string, effect: Effect): VersionEffect => ({ effect, since: version });
const before = (version: string, effect: Effect): VersionEffect => ({ effect, until: version });

export const queueDifferences: readonly Difference<Queue>[] = [
  {
    code: 'classic-version-1',
    effects: [{ effect: 'ignored', since: '4.0', until: '4.3' }, since('4.3', 'refused')],
    find: argument({
      name: 'x-queue-version',
      types: ['classic'],
      isSo: (value) => value === 1,
    }),
    hint: 'remove x-queue-version, or set it to 2: RabbitMQ 4 stores all classic queues as version 2',
  },
  {
    code: 'lazy-mode',
    effects: [since('3.12', 'ignored')],
    find: argument({ name: 'x-queue-mode', types: ['classic'] }),
    hint: 'every classic queue keeps its messages on disk, as lazy ones did; remove x-queue-mode once the queue can be replaced, as redeclaring it without is refused',
  },
  {
    code: 'queue-master-locator',
    effects: [
      { effect: 'deprecated', since: '4.0', until: '4.3' },
      { effect: 'refused', since: '4.3', feature: 'queue_master_locator' },
    ],
    find: argument({ name: 'x-queue-master-locator', types: ['classic'] }),
    hint: 'use x-queue-leader-locator, client-local or balanced, or a policy with queue-leader-locator',
  },
  {
    code: 'leader-locator-of-classic-queues',
    effects: [before('4.0', 'refused')],
    find: argument({ name: 'x-queue-leader-locator', types: ['classic'] }),
    hint: 'before RabbitMQ 4.0, classic queues take x-queue-master-locator',
  },
  {
    code: 'consumer-timeout-of-classic-queues',
    effects: onlyOfQuorumQueues(),
    find: argument({ name: 'x-consumer-timeout', types: ['classic'] }),
    hint: 'remove x-consumer-timeout; where consumers must acknowledge in time, use a quorum queue',
  },
  {
    code: 'consumer-timeout-of-streams',
    effects: onlyOfQuorumQueues(),
    find: argument({ name: 'x-consumer-timeout', types: ['stream'] }),
    hint: 'remove x-consumer-timeout',
  },
  {
    code: 'consumer-timeout-of-quorum-queues',
    effects: [before('3.12', 'ignored')],
    find: argument({ name: 'x-consumer-timeout', types: ['quorum'] }),
    hint: 'before RabbitMQ 3.12, only the configuration sets consumer_timeout',
  },
  ...['x-max-in-memory-length', 'x-max-in-memory-bytes'].map((name): Difference<Queue> => ({
    code: name.slice('x-'.length),
    effects: [since('3.10', 'ignored')],
    find: argument({ name, types: ['quorum'] }),
    hint: `quorum queues keep no messages in memory since RabbitMQ 3.10; remove ${name} once the queue can be replaced, as redeclaring it without is refused`,
  })),
  ...['x-consumer-disconnected-timeout', 'x-delayed-retry-type'].map(introducedIn43),
  ...['x-delayed-retry-min', 'x-delayed-retry-max'].map(introducedIn43),
  {
    code: 'stream-filter-size',
    effects: [before('3.13', 'ignored')],
    find: argument({ name: 'x-stream-filter-size-bytes', types: ['stream'] }),
    hint: 'streams have filters since RabbitMQ 3.13',
  },
  {
    code: 'default-delivery-limit',
    effects: [since('4.0', 'different')],
    find: unlimitedDeliveries,
    says: 'a message that was requeued 20 times is dropped, or dead-lettered if the queue says where',
    hint: 'set delivery-limit by a policy or x-delivery-limit, and a dead-letter exchange to keep such messages; -1 is no limit',
  },
  {
    code: 'negative-delivery-limit',
    effects: [before('4.0', 'different')],
    find: argument({
      name: 'x-delivery-limit',
      types: ['quorum'],
      isSo: (value) => typeof value === 'number' && value < 0,
    }),
    says: 'a message that is requeued once is lost: a negative limit is no limit only since RabbitMQ 4.0',
    hint: 'leave x-delivery-limit out: before 4.0, quorum queues have no limit of their own',
  },
  {
    code: 'transient-queue',
    effects: [
      { effect: 'deprecated', since: '3.13', until: '4.3', feature: transientQueues() },
      {
        effect: 'refused',
        since: '4.3',
        until: '4.3.6',
        feature: transientQueues(),
        isRead: true,
      },
      { effect: 'deprecated', since: '4.3.6', feature: transientQueues() },
    ],
    find: ({ durable }) =>
      durable ? undefined : { path: ['durable'], what: 'a queue that is not durable' },
    hint: 'set durable: true, with x-expires if it should go once it is unused; 4.3.0 to 4.3.5 refuse transient queues unless deprecated_features.permit.transient_nonexcl_queues = true',
  },
];

function transientQueues(): string {
  return 'transient_nonexcl_queues';
}

/** From 3.12 until 4.3, channels timed the consumers of every type. */
function onlyOfQuorumQueues(): VersionEffect[] {
  return [
    before('3.12', 'ignored'),
    { effect: 'ignored', since: '4.3', until: '4.3.2', isRead: true },
    since('4.3.2', 'refused'),
  ];
}

function introducedIn43(name: string): Difference<Queue> {
  return {
    code: name.slice('x-'.length),
    effects: [before('4.3', 'ignored')],
    find: argument({ name, types: ['quorum'] }),
    hint: `quorum queues read ${name} since RabbitMQ 4.3`,
  };
}

/** A policy may set the limit, too. */
function unlimitedDeliveries(queue: Queue, { policies }: Around): Place | undefined {
  if (queue.type !== 'quorum' || queue.arguments.has('x-delivery-limit')) return undefined;
  const isLimited = policies.of(queue).every((policy) => policy?.definition.has('delivery-limit'));
  return isLimited ? undefined : { path: ['name'], what: 'no delivery limit' };
}

export const exchangeDifferences: readonly Difference<Exchange>[] = [
  {
    code: 'local-random-exchange',
    effects: [before('4.0', 'refused')],
    find: ({ type }) =>
      type === 'x-local-random'
        ? { path: ['type'], what: `exchange type ${quote(type)}` }
        : undefined,
    hint: 'RabbitMQ has it since 4.0; x-random, of a plugin, also chooses among queues of other nodes',
  },
];
