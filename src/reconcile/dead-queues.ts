// Finds quorum queues none of whose replicas runs, though their nodes do: they are on record, but
// take no message. RabbitMQ 3.10 leaves one if the client that declares it is cut off meanwhile.
// One whose replicas have crashed looks the same, and may hold messages.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveQueue } from '../topology/live.ts';
import { isQueue, type Queue } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { erlangBinary, quote, shellWord } from '../topology/quote.ts';
import type { Depth } from './broker.ts';
import type { ClusterNode, Health } from './cluster.ts';
import type { Step } from './step.ts';

export const deadQueue = 'dead-queue';

const why = 'none of its replicas runs, though their nodes do';

/** Warns of declared ones, but of those that a step deletes or replaces: it says so itself. */
export function warnOfDeadQueues(
  declared: Iterable<Address>,
  { objects }: Live,
  { nodes }: Health,
  steps: readonly Step[],
): Problem[] {
  const going = new Set(steps.flatMap(({ kind, address }) => (kind === 'create' ? [] : address)));
  return [...declared].flatMap((address) => {
    const queue = objects.get(address);
    if (going.has(address) || !isQueue(queue) || !isDead(queue, nodes)) return [];
    const { vhost, name } = queue;
    return {
      code: deadQueue,
      message: `queue ${quote(name)} takes no messages: ${why}`,
      hint: `bring it back: ${revival(queue)}; if that says name_not_registered, it has never held any: rabbitmqctl delete_queue -p ${shellWord(vhost)} ${shellWord(name)}, then topo apply`,
    };
  });
}

/** Says of dead queues why they can't be counted. */
export function withDeadQueues(
  depths: ReadonlyMap<Address, Depth>,
  queues: readonly LiveQueue[],
  { nodes }: Health,
): ReadonlyMap<Address, Depth> {
  const dead = queues.filter((queue) => isDead(queue, nodes));
  const uncounted = dead.map((queue): [Address, Depth] => [
    addressOf(queue),
    {
      kind: 'unknown',
      why: `${why}, so what it holds can't be counted`,
      hint: `bring it back: ${revival(queue)}`,
    },
  ]);
  return new Map([...depths, ...uncounted]);
}

/** Not if one of the nodes is down, or unknown. */
export function isDead({ type, replicas }: LiveQueue, nodes: Health['nodes']): boolean {
  if (type !== 'quorum' || replicas === undefined) return false;
  return replicas.online.length === 0 && replicas.members.every(runningIn(nodes));
}

/** Whether a node is known to run. */
export function runningIn(nodes: readonly ClusterNode[] = []): (name: string) => boolean {
  const running = new Set(nodes.flatMap(({ name, running: runs }) => (runs ? name : [])));
  return (name) => running.has(name);
}

/**
 * Starts replicas that have crashed, with what they hold. A restart of the node does, too, but
 * makes a replica that has never run look alive, which then refuses each message.
 */
export function revival({ vhost, name }: Queue): string {
  const queue = `rabbit_misc:r(${erlangBinary(vhost)}, queue, ${erlangBinary(name)})`;
  const restart = `[ra:restart_server(quorum_queues, {Name, N}) || N <- rabbit_amqqueue:get_quorum_nodes(Q)]`;
  const expression = `{ok, Q} = rabbit_amqqueue:lookup(${queue}), {Name, _} = amqqueue:get_pid(Q), ${restart}.`;
  return `rabbitmqctl eval ${shellWord(expression)}`;
}
