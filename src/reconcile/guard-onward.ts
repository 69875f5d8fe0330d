// Refuses to delete an exchange or a queue that others still send messages on to: RabbitMQ would
// silently drop them.
import { addressOfNamed, type Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { LiveExchange, LiveQueue } from '../topology/live.ts';
import { isBindingEnd, isQueue, type TopologyObject } from '../topology/object.ts';
import { addressOfWay } from '../topology/onward.ts';
import type { Problem } from '../topology/problem.ts';
import { TopicTrie } from '../topology/topic-trie.ts';
import type { Table } from '../topology/value.ts';
import type { Change, Delete } from './change.ts';
import type { Consents } from './consents.ts';
import { lossFlag } from './loss.ts';
import type { Outlook, World } from './outlook.ts';
import type { Refusal } from './plan.generated.ts';
import { inShort } from './way-words.ts';

interface Sender {
  readonly text: string;
  readonly certain: boolean;
}

/** Who sends messages on to what, once all changes are made. */
interface Senders {
  readonly byEnd: Map<Address, Sender[]>;
  /** Senders to queues whose names match a pattern, by vhost. */
  readonly byPattern: Map<string, TopicTrie<Sender>>;
  /** Senders to any queue of the vhost, depending on the routing key. */
  readonly toAny: Map<string, string[]>;
}

type End = Delete & { readonly before: LiveExchange | LiveQueue };

/** Also returns warnings about losses that can't be traced to one delete. */
export function guardOnward(
  changes: readonly Change[],
  outlook: Outlook,
  { messageLoss }: Consents,
): { refusals: Refusal[]; warnings: Problem[] } {
  const deleted = changes.filter(isEnd);
  if (deleted.length === 0) return { refusals: [], warnings: [] };
  const senders = sendersIn(outlook.after(changes));
  const losses = deleted.flatMap((end) => lossesAt(end, senders));
  const isAgreed = ({ address }: Refusal): boolean => messageLoss.get(address ?? '') === 'all';
  return {
    refusals: losses.filter((loss) => !isAgreed(loss)),
    warnings: [...losses.filter(isAgreed).map(toWarning), ...warnOfAnyQueue(deleted, senders)],
  };
}

const toWarning = ({ address = '', reason }: Refusal): Problem => ({
  code: 'loose-end',
  message: `${address}: ${reason}, as agreed`,
});

function isEnd(change: Change): change is End {
  return change.kind === 'delete' && isBindingEnd(change.before);
}

/** The number of messages to come is unknown, so only consent to any number covers it. */
function lossesAt({ address, before }: End, { byEnd, byPattern }: Senders): Refusal[] {
  const like = isQueue(before) ? byPattern.get(before.vhost)?.match(before.name) : [];
  const senders = [...(byEnd.get(address) ?? []), ...(like ?? [])];
  const [first, ...others] = senders.sort((a, b) => Number(b.certain) - Number(a.certain));
  if (first === undefined) return [];
  const verb = first.certain ? 'would' : 'may';
  return [
    {
      code: 'onward',
      address,
      reason: `${first.text}${andMore(others)} ${verb} send messages on to it, and they would be dropped`,
      hint: `declare or protect it, or first change what names it, or ${lossFlag(address, 'all')}`,
    },
  ];
}

/** A warning only: most such queues never get a message whose key is another queue's name. */
function warnOfAnyQueue(deleted: readonly End[], { toAny }: Senders): Problem[] {
  return [...toAny].flatMap(([vhost, [sender = '', ...others]]) => {
    const [queue, ...more] = deleted
      .map(({ before }) => before)
      .filter((before) => isQueue(before) && before.vhost === vhost);
    if (queue === undefined) return [];
    return {
      code: 'loose-end',
      message: `${sender}${andMore(others)} would dead-letter messages whose routing key names a deleted queue, "${queue.name}"${andMore(more)}, and they would be dropped`,
      hint: 'set an x-dead-letter-routing-key, or keep the queues, if there are such messages',
    };
  });
}

const andMore = (others: readonly unknown[]): string =>
  others.length === 0 ? '' : ` and ${plural(others.length, 'other')}`;

function sendersIn({ objects, ways }: World): Senders {
  const senders: Senders = { byEnd: new Map(), byPattern: new Map(), toAny: new Map() };
  for (const object of objects.values()) {
    const target = targetOfShovel(object);
    if (target !== undefined) push(senders.byEnd, target.end, target.sender);
    if (!isBindingEnd(object)) continue;
    for (const way of ways.from(object)) {
      const sender = { text: inShort(object, way), certain: way.certain };
      const end = addressOfWay(way, object.vhost);
      if (end !== undefined) push(senders.byEnd, end, sender);
      if (way.kind === 'any-queue') push(senders.toAny, object.vhost, sender.text);
      if (way.kind !== 'queues') continue;
      const trie = senders.byPattern.get(object.vhost) ?? new TopicTrie<Sender>();
      senders.byPattern.set(object.vhost, trie);
      trie.add(way.pattern, sender);
    }
  }
  return senders;
}

/** The queue may be one of another broker. */
function targetOfShovel(object: TopologyObject) {
  if (object.kind !== 'parameter' || object.component !== 'shovel') return undefined;
  const { vhost, name, value } = object;
  const queue = value instanceof Map ? (value as Table).get('dest-queue') : undefined;
  if (typeof queue !== 'string') return undefined;
  const end = addressOfNamed('queue', vhost, queue);
  return { end, sender: { text: `shovel ${name} (dest-queue)`, certain: false } };
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const group = map.get(key);
  if (group) group.push(value);
  else map.set(key, [value]);
}
