// Whether the cluster is fit for a plan: a condition of it is refused, or told, before the first
// write.
import { plural } from '../topology/count.ts';
import type { Live, LiveQueue } from '../topology/live.ts';
import { isQueue } from '../topology/object.ts';
import { describePartition, hasMajority, type Health } from './cluster.ts';
import type { Consents } from './consents.ts';
import { isDead } from './dead-queues.ts';
import type { Refusal, Warning } from './plan.generated.ts';
import { describeReplicas, hasQuorum, revival, runningIn } from './replicas.ts';
import { beforeOf, hasOwnRequest, type Step } from './step.ts';

interface Facts {
  readonly steps: readonly Step[];
  /** Whether something that was taken away comes back first. */
  readonly isOwing: boolean;
  readonly live: Live;
  readonly health: Health;
}

interface Found extends Refusal {
  readonly refused: boolean;
}
type Condition = (facts: Facts) => readonly Found[];

const conditions: readonly Condition[] = [
  partitioned,
  nodesDown,
  quorumLost,
  alarmed,
  nodesUnseen,
  flagsDisabled,
];

/** What keeps a plan that writes something from being carried out, and what only has to be told. */
export function guardHealth(
  facts: Facts,
  { unhealthy }: Consents,
): { readonly refusals: readonly Refusal[]; readonly warnings: readonly Warning[] } {
  if (!facts.isOwing && !facts.steps.some(hasOwnRequest)) return { refusals: [], warnings: [] };
  const found = conditions.flatMap((condition) => condition(facts));
  const isRefused = ({ refused }: Found): boolean => refused && !unhealthy;
  return {
    refusals: found.filter(isRefused).map(toRefusal),
    warnings: found.filter((one) => !isRefused(one)).map(toWarning),
  };
}

const flag = 'topo apply --allow-unhealthy';

const toRefusal = ({ code, address, reason, hint }: Found): Refusal => ({
  code,
  ...(address !== undefined && { address }),
  reason,
  hint: `${hint}, or ${flag}`,
});

const toWarning = ({ code, address, reason, hint }: Found): Warning => ({
  code,
  message: address === undefined ? reason : `${address}: ${reason}`,
  hint,
});

export const codes = {
  partition: 'partition',
  majority: 'no-majority',
  down: 'node-down',
  quorum: 'no-quorum',
  alarm: 'alarm',
  unseen: 'nodes-unseen',
  flags: 'feature-flags',
} as const;

/** Whether it says how the cluster is, not what is in the files. */
export const isOfHealth = ({ code }: Warning): boolean =>
  Object.values(codes).some((one) => one === code);

/** Whether the cluster itself is at fault: then not even what was taken away can come back. */
export const isOfCluster = ({ code }: Refusal): boolean =>
  code === codes.partition || code === codes.majority;

function partitioned({ health: { nodes = [] } }: Facts): Found[] {
  const parted = nodes.filter(({ partitions }) => partitions.length > 0);
  if (parted.length === 0) return [];
  return [
    {
      refused: true,
      code: codes.partition,
      reason: `the cluster is partitioned: ${describePartition(parted)}; what one side writes is lost when they become one again`,
      hint: 'restart the nodes of one side first',
    },
  ];
}

function nodesDown({ health: { nodes = [] } }: Facts): Found[] {
  const down = nodes.filter(({ running }) => !running).map(({ name }) => name);
  if (down.length === 0) return [];
  const few = `${down.length} of ${plural(nodes.length, 'node')} ${down.length === 1 ? 'is' : 'are'} down or cut off: ${down.join(', ')}`;
  if (hasMajority(nodes)) {
    const hint = 'classic queues whose messages are there wait for it';
    return [{ refused: false, code: codes.down, reason: few, hint }];
  }
  return [
    {
      refused: true,
      code: codes.majority,
      reason: `${few}; the others are no majority: what they write may be lost, and their lists may lack queues`,
      hint: 'start them, or name a node of the majority with --endpoint',
    },
  ];
}

/**
 * A queue that has no majority of its replicas can be neither emptied nor deleted for sure. One
 * that is dead can be deleted, but not counted: that asks for consent by itself.
 */
function quorumLost({ steps, live, health: { nodes } }: Facts): Found[] {
  return steps.flatMap((step): Found[] => {
    if (step.kind === 'create' || !isQueue(beforeOf(step))) return [];
    const queue = live.objects.get(step.address);
    if (!isQueue(queue) || hasQuorum(queue) || isDead(queue, nodes)) return [];
    return [
      {
        refused: true,
        code: codes.quorum,
        address: step.address,
        reason: describeReplicas(queue),
        hint: wayToQuorum(queue, nodes),
      },
    ];
  });
}

/** A replica may also have crashed on a node that runs. */
function wayToQuorum(queue: LiveQueue, nodes: Health['nodes']): string {
  const { members, online } = queue.replicas ?? { members: [], online: [] };
  const away = members.filter((name) => !online.includes(name));
  if (nodes === undefined) return `start ${away.join(', ')}; if they run, ${revival(queue)}`;
  const isRunning = runningIn(nodes);
  const down = away.filter((name) => !isRunning(name));
  if (down.length > 0) return `start ${down.join(', ')}`;
  return `bring it back on ${away.join(', ')}, which run: ${revival(queue)}`;
}

/** Whether the step takes messages out of a queue and publishes them again. */
const movesMessages = (step: Step): boolean => step.kind === 'replace' && step.carry !== undefined;

/** An alarm blocks publishers only. */
function alarmed({ steps, health: { alarms = [] } }: Facts): Found[] {
  const moving = steps.filter(movesMessages).length;
  return alarms.map(({ node, resource }): Found => {
    const alarm = `${node} has the ${resource} alarm, and the broker takes no messages`;
    const hint = `publishers wait until there is more ${resource}`;
    const { alarm: code } = codes;
    if (moving === 0) return { refused: false, code, reason: alarm, hint };
    const reason = `${alarm}: those of ${plural(moving, 'queue')} could not be carried over`;
    return { refused: true, code, reason, hint: `free ${resource} there` };
  });
}

/** Says so only if there are several: a single node can't be partitioned. */
function nodesUnseen({ live, health: { nodes } }: Facts): Found[] {
  if (nodes !== undefined) return [];
  const isReplicated = [...live.objects.values()].some(
    (object) => isQueue(object) && (object.replicas?.members.length ?? 0) > 1,
  );
  if (!isReplicated) return [];
  return [
    {
      refused: false,
      code: codes.unseen,
      reason: 'whether nodes are down or partitioned is unknown: this user may not see them',
      hint: 'give the user the tag monitoring',
    },
  ];
}

/** A later RabbitMQ needs those that have become required by then, and doesn't start without. */
function flagsDisabled({ health: { disabledFlags = [] } }: Facts): Found[] {
  if (disabledFlags.length === 0) return [];
  const [is, them] = disabledFlags.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return [
    {
      refused: false,
      code: codes.flags,
      reason: `${plural(disabledFlags.length, 'feature flag')} of RabbitMQ ${is} disabled: ${disabledFlags.join(', ')}`,
      hint: `enable ${them} before the next upgrade: rabbitmqctl enable_feature_flag all`,
    },
  ];
}
