// What is known of the replicas of quorum queues, and the commands that set them going.
import { plural } from '../topology/count.ts';
import type { LiveQueue } from '../topology/live.ts';
import type { Queue } from '../topology/object.ts';
import { erlangBinary, shellWord } from '../topology/quote.ts';
import type { ClusterNode } from './cluster.ts';

type Replicated = Pick<LiveQueue, 'type' | 'replicas'>;

export function hasQuorum({ type, replicas }: Replicated): boolean {
  if (type !== 'quorum' || replicas === undefined) return true;
  return replicas.online.length * 2 > replicas.members.length;
}

export function describeReplicas({ replicas }: Replicated): string {
  const { members, online } = replicas ?? { members: [], online: [] };
  return `only ${online.length} of its ${plural(members.length, 'replica')} can be reached`;
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
export const revival = (queue: Queue): string =>
  onReplicas(queue, 'ra:restart_server(quorum_queues, {Name, N})');

/** Lets replicas that run choose a leader, as the end of the declaration would. */
export const election = (queue: Queue): string =>
  onReplicas(queue, 'ra:trigger_election({Name, N})');

/**
 * Takes off RabbitMQ's records a stream that is deleted but for them; fails on any other. Before
 * 3.12 RabbitMQ asks for its name instead of its record.
 */
export const forgetting = (stream: Queue): string =>
  onRecord(
    stream,
    '{error, not_found} = rabbit_stream_coordinator:members(maps:get(name, amqqueue:get_type_state(Q))), ' +
      'What = case code:which(rabbit_db_queue) of non_existing -> amqqueue:get_name(Q); _ -> Q end, ' +
      'rabbit_amqqueue:internal_delete(What, <<"rabbitmqctl">>)',
  );

const onReplicas = (queue: Queue, call: string): string =>
  onRecord(
    queue,
    `{Name, _} = amqqueue:get_pid(Q), [${call} || N <- rabbit_amqqueue:get_quorum_nodes(Q)]`,
  );

function onRecord({ vhost, name }: Queue, calls: string): string {
  const queue = `rabbit_misc:r(${erlangBinary(vhost)}, queue, ${erlangBinary(name)})`;
  const expression = `{ok, Q} = rabbit_amqqueue:lookup(${queue}), ${calls}.`;
  return `rabbitmqctl eval ${shellWord(expression)}`;
}
