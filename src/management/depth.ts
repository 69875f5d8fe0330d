// Reads what queues hold, as surely as their type allows.
import { AmqpError } from '../amqp/amqp-error.ts';
import type { AmqpConnections } from '../amqp/connections.ts';
import { readQueues, type Look } from '../amqp/passive.ts';
import type { Waiting } from '../amqp/waiting.ts';
import type { Depth } from '../reconcile/broker.ts';
import type { Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import type { Queue } from '../topology/object.ts';
import type { Counts, QueueCounts } from './counts.ts';
import type { DeadLetterStrategies } from './strategies.ts';
import type { Waits } from './waits.ts';

export interface DepthSources {
  readonly counts: QueueCounts;
  readonly strategies: DeadLetterStrategies;
  readonly amqp: AmqpConnections;
  readonly waits: Waits;
  readonly waiting: Waiting;
}

/** `consumers`: how many were listed a moment ago, if known. */
export type Countable = Queue & { readonly consumers?: number | undefined };

/** What each of the two interfaces says about one queue. */
interface Evidence {
  readonly queue: Countable;
  readonly counts: Counts | undefined;
  readonly look: Look;
}

export const nothing: Depth = { kind: 'known', ready: 0, unacked: 0, consumers: 0 };

/**
 * `list`: read the management API's counts now, or share a list with others asking at the same
 * time.
 */
export async function readDepths(
  sources: DepthSources,
  queues: readonly Countable[],
  list: 'read' | 'readShared',
): Promise<ReadonlyMap<Address, Depth>> {
  const vhosts = [...new Set(queues.map(({ vhost }) => vhost))];
  const read = vhosts.map((vhost) =>
    readVhost(
      sources,
      vhost,
      queues.filter((queue) => queue.vhost === vhost),
      list,
    ),
  );
  return new Map((await Promise.all(read)).flat());
}

async function readVhost(
  { counts, amqp }: DepthSources,
  vhost: string,
  queues: readonly Countable[],
  list: 'read' | 'readShared',
): Promise<[Address, Depth][]> {
  const [counted, looks] = await Promise.all([counts[list](vhost), lookAt(amqp, vhost, queues)]);
  return queues.map((queue) => {
    const evidence = { queue, counts: counted.get(queue.name), look: looks(queue.name) };
    return [addressOf(queue), weigh(evidence)];
  });
}

/**
 * With more queues than this, use the listed consumers of classic queues: their delete checks again
 * anyway.
 */
const many = 500;

function wantsLook({ type, consumers }: Countable, all: number): boolean {
  if (type === 'classic' && all > many && consumers !== undefined) return false;
  return judges.has(type);
}

/** If AMQP is out of reach, each look is refused for that reason. */
async function lookAt(
  amqp: AmqpConnections,
  vhost: string,
  queues: readonly Countable[],
): Promise<(name: string) => Look> {
  const names = queues.filter((queue) => wantsLook(queue, queues.length)).map(({ name }) => name);
  try {
    const looks = await readQueues(amqp, vhost, names);
    return (name) => looks.get(name) ?? { kind: 'gone' };
  } catch (error) {
    if (!(error instanceof AmqpError)) throw error;
    return () => ({ kind: 'refused', error });
  }
}

/** How to count each type. Other types can't be counted. */
const judges = new Map<string | null, (evidence: Evidence) => Depth>([
  ['classic', weighClassic],
  ['quorum', weighQuorum],
]);

function weigh(evidence: Evidence): Depth {
  const { type } = evidence.queue;
  const found = evidence.counts?.type;
  if (found !== undefined && found !== type) return weighOther(evidence, found);
  const judge = judges.get(type);
  if (judge !== undefined) return judge(evidence);
  const why = `the messages of a ${type} queue can't be counted`;
  return { kind: 'unknown', why, hint: 'check yourself whether it may be deleted' };
}

/** The queue has another type than planned: report what it holds, but conclude nothing. */
function weighOther(evidence: Evidence, type: string): Depth {
  const depth = judges.get(type)?.(evidence);
  const held = depth?.kind === 'known' ? depth.ready + depth.unacked : 0;
  const and = held > 0 ? `, and holds ${plural(held, 'message')}` : '';
  return { kind: 'unknown', why: `it is a ${type} queue now${and}`, hint: 'plan again' };
}

/** The management API counts messages exactly, AMQP consumers. */
function weighClassic({ queue, counts, look }: Evidence): Depth {
  if (counts === undefined) return nothing;
  const { ready, unacked, state } = counts;
  if (ready === undefined || unacked === undefined) return uncounted(state);
  const consumers = look.kind === 'seen' ? look.consumers : queue.consumers;
  if (consumers !== undefined) return { kind: 'known', ready, unacked, consumers };
  // The number of consumers doesn't matter if there are messages.
  if (ready + unacked > 0) return { kind: 'known', ready, unacked, consumers: 0 };
  return look.kind === 'refused' ? unlooked(look.error) : nothing;
}

/**
 * AMQP counts exactly, except unacknowledged messages, whose holders count as consumers, and
 * messages on their way to a dead-letter exchange.
 */
function weighQuorum({ counts, look }: Evidence): Depth {
  if (counts === undefined || look.kind === 'gone') return nothing;
  if (look.kind === 'refused') return unlooked(look.error);
  const { unacked, leaving, state } = counts;
  // Without a leader it would look empty.
  if (unacked === undefined || state !== 'running') return uncounted(state);
  const { ready, consumers } = look;
  const counted = { kind: 'known', ready: ready + leaving, unacked, consumers } as const;
  return leaving > 0 ? { ...counted, leaving } : counted;
}

function uncounted(state: string): Depth {
  const why = `its messages can't be counted, its state is ${state}`;
  return { kind: 'unknown', why, hint: 'bring its nodes back' };
}

function unlooked({ message, hint }: AmqpError): Depth {
  const why = `what it holds can't be counted: ${message}`;
  return { kind: 'unknown', why, hint: hint ?? 'let the user read it over AMQP' };
}
