// Finds quorum queues and streams that are on record but take no message. None of the replicas of a
// dead one runs, though their nodes do: RabbitMQ leaves it so if the HTTP client that deletes it is
// cut off meanwhile, and 3.10 if one that declares it is; one whose replicas have crashed looks the
// same, and may hold messages. Or the replicas run and have no leader, as a cut leaves them on each
// version.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveQueue } from '../topology/live.ts';
import { isQueue } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { quote, shellWord } from '../topology/quote.ts';
import type { Depth } from './broker.ts';
import type { Health } from './cluster.ts';
import { election, forgetting, hasQuorum, revival, runningIn } from './replicas.ts';
import type { Step } from './step.ts';

export const deadQueue = 'dead-queue';

interface Ailment {
  readonly why: string;
  readonly remedy: string;
  /** What to do if that is no remedy. */
  readonly otherwise: string;
}

/** Undefined if it takes messages, or if nodes that are down are the reason. */
function ailmentOf(queue: LiveQueue, { nodes }: Pick<Health, 'nodes'>): Ailment | undefined {
  if (isDead(queue, nodes))
    return { why: 'none of its replicas runs, though their nodes do', ...reviving(queue) };
  if (queue.leaderless !== true || !hasQuorum(queue)) return undefined;
  return {
    why: 'it has no leader, though its replicas run',
    remedy: `let them elect one: ${election(queue)}`,
    otherwise: '',
  };
}

/** What is left of a queue whose declaration or delete was cut off holds nothing. */
function reviving(queue: LiveQueue): Pick<Ailment, 'remedy' | 'otherwise'> {
  const [vhost, name] = [shellWord(queue.vhost), shellWord(queue.name)];
  const [revive, nothing, remove] =
    queue.type === 'stream'
      ? [
          `rabbitmq-streams restart_stream --vhost ${vhost} ${name}`,
          'coordinator_unavailable',
          forgetting(queue),
        ]
      : [revival(queue), 'name_not_registered', `rabbitmqctl delete_queue -p ${vhost} ${name}`];
  return {
    remedy: `bring it back: ${revive}`,
    otherwise: `; if that says ${nothing}, it holds nothing: ${remove}, then topo apply`,
  };
}

/** Warns of declared ones, but of those that a step deletes or replaces: it says so itself. */
export function warnOfDeadQueues(
  declared: Iterable<Address>,
  { objects }: Live,
  health: Health,
  steps: readonly Step[],
): Problem[] {
  const going = new Set(steps.flatMap(({ kind, address }) => (kind === 'create' ? [] : address)));
  return [...declared].flatMap((address) => {
    const queue = objects.get(address);
    if (going.has(address) || !isQueue(queue)) return [];
    const ailment = ailmentOf(queue, health);
    if (ailment === undefined) return [];
    const { why, remedy, otherwise } = ailment;
    return {
      code: deadQueue,
      message: `queue ${quote(queue.name)} takes no messages: ${why}`,
      hint: `${remedy}${otherwise}`,
    };
  });
}

/** Says of such queues why they can't be counted. */
export function withDeadQueues(
  depths: ReadonlyMap<Address, Depth>,
  queues: readonly LiveQueue[],
  health: Health,
): ReadonlyMap<Address, Depth> {
  const uncounted = queues.flatMap((queue): [Address, Depth][] => {
    const ailment = ailmentOf(queue, health);
    if (ailment === undefined) return [];
    const why = `${ailment.why}, so what it holds can't be counted`;
    return [[addressOf(queue), { kind: 'unknown', why, hint: ailment.remedy }]];
  });
  return new Map([...depths, ...uncounted]);
}

/** Not if one of the nodes is down, or unknown. */
export function isDead({ type, replicas }: LiveQueue, nodes: Health['nodes'] = []): boolean {
  if (replicas === undefined || replicas.online.length > 0) return false;
  // RabbitMQ doesn't say which nodes hold a stream.
  if (type === 'stream') return nodes.length > 0 && nodes.every(({ running }) => running);
  return type === 'quorum' && replicas.members.every(runningIn(nodes));
}
