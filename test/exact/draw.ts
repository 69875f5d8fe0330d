// Draws cases: a vhost with all kinds in it, under awkward names, with fields given and left out,
// and the same vhost edited.
import fc from 'fast-check';
import { vhost, ours, type Definitions, type Entry, type QueueType } from './definitions.ts';
import { bindings } from './draw-bindings.ts';
import { exchange, queue } from './draw-ends.ts';
import { names } from './draw-names.ts';
import { globalParameter, parameters } from './draw-parameters.ts';
import { operatorPolicy, policy } from './draw-policies.ts';
import { permission, topicPermissions, user } from './draw-users.ts';
import { counts, each, numberOf, some } from './draw-values.ts';

export interface Case {
  /** The default of the vhost, which RabbitMQ 3 can't change. */
  readonly queueType: QueueType;
  readonly before: Side;
  readonly after: Side;
}

export interface Side {
  readonly definitions: Definitions;
  /** Written as RabbitMQ exports it: operator policies and limits of vhosts as parameters. */
  readonly isExport: boolean;
}

const pools = fc.record({
  queueType: fc.constantFrom<QueueType>('classic', 'classic', 'classic', 'quorum'),
  users: fc.uniqueArray(names, { maxLength: 2 }),
  exchanges: fc.uniqueArray(names, { maxLength: 3 }),
  queues: fc.uniqueArray(names, { maxLength: 3 }),
  settings: fc.uniqueArray(names, { minLength: 1, maxLength: 2 }),
});
type Pools = typeof pools extends fc.Arbitrary<infer T> ? T : never;

/** Cases whose two sides share their names, so that an edit keeps, changes, adds and removes. */
export const cases: fc.Arbitrary<Case> = pools.chain((pool) =>
  fc.record({ queueType: fc.constant(pool.queueType), before: sideOf(pool), after: sideOf(pool) }),
);

const sideOf = (pool: Pools): fc.Arbitrary<Side> =>
  fc.record({ definitions: definitionsOf(pool), isExport: fc.boolean() });

function definitionsOf(pool: Pools): fc.Arbitrary<Definitions> {
  const { queueType, settings } = pool;
  const parts = fc.record({
    users: fc.subarray(pool.users.map((name) => `${ours}${name}`)),
    exchanges: fc.subarray(pool.exchanges),
    queues: fc.subarray(pool.queues),
  });
  return parts.chain(({ users, exchanges, queues }) => {
    const others = [...exchanges, 'amq.fanout'];
    const ends = fc.record({
      exchanges: each(exchanges, (name) => exchange(name, others)),
      queues: each(queues, (name) => queue(name, others, queueType)),
    });
    const around = fc.record({
      vhosts: vhostOf(queueType).map((one) => [one]),
      users: each(users, user),
      permissions: some(users, permission),
      topic_permissions: topicPermissions(users, exchanges),
      policies: some(settings, (name) => policy(name, others)),
      operator_policies: some(settings, operatorPolicy),
      parameters: parameters(settings),
      global_parameters: some(settings, globalParameter),
    });
    return ends.chain((own) =>
      fc
        .tuple(around, bindings(own.exchanges, own.queues))
        .map(([rest, bound]) => ({ ...rest, ...own, bindings: bound })),
    );
  });
}

/** All fields or those that must be there: a field left out is as the broker has it. */
function vhostOf(queueType: QueueType): fc.Arbitrary<Entry> {
  const fields = {
    name: fc.constant(vhost),
    description: fc.constantFrom('', 'orders of the shop', 'größe'),
    tags: fc.subarray(['prod', 'eu west']),
    limits: fc.record(
      { 'max-queues': fc.constant(numberOf(1000)), 'max-connections': counts },
      { requiredKeys: [] },
    ),
  };
  const typed = fc.record({ ...fields, default_queue_type: fc.constant(queueType) });
  return queueType === 'classic'
    ? fc.oneof<fc.Arbitrary<Entry>[]>(typed, fc.record(fields))
    : typed;
}
