// Warns of declared quorum queues that are on record and take no message: RabbitMQ 3.10 leaves one
// if the client that declares it is cut off in the middle.
import type { Address } from '../topology/address.ts';
import type { Live, LiveQueue } from '../topology/live.ts';
import { isQueue } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { quote, shellWord } from '../topology/quote.ts';
import type { Health } from './health.ts';

export const deadQueue = 'dead-queue';

/**
 * Never deletes one: a queue whose replicas have crashed looks the same, and may hold messages.
 * `declared`: the addresses of objects.
 */
export function warnOfDeadQueues(
  declared: Iterable<Address>,
  { objects }: Live,
  { nodes }: Health,
): Problem[] {
  const running = new Set(nodes?.flatMap(({ name, running: runs }) => (runs ? name : [])));
  return [...declared].flatMap((address) => {
    const queue = objects.get(address);
    if (!isQueue(queue) || !isDead(queue, running)) return [];
    const { vhost, name } = queue;
    return {
      code: deadQueue,
      message: `queue ${quote(name)} takes no messages: none of its replicas runs, though their nodes do`,
      hint: `if it has never been used, as after an apply that was cut off, declare it again: rabbitmqctl delete_queue -p ${shellWord(vhost)} ${shellWord(name)}, then topo apply`,
    };
  });
}

/** `running`: the nodes that are known to run. */
function isDead({ type, replicas }: LiveQueue, running: ReadonlySet<string>): boolean {
  if (type !== 'quorum' || replicas === undefined) return false;
  return replicas.online.length === 0 && replicas.members.every((name) => running.has(name));
}
