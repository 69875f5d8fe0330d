// Normalizes the entries of the broker's lists.
import { normalizeBinding } from '../topology/kinds/binding.ts';
import { normalizeExchange } from '../topology/kinds/exchange.ts';
import { normalizeQueue } from '../topology/kinds/queue.ts';
import type { LiveBinding, LiveExchange, LiveQueue } from '../topology/live.ts';
import { isSystemExchange, isSystemQueue } from '../topology/system.ts';
import type { Table } from '../topology/value.ts';
import { countOf, stateOf } from './counts.ts';
import { namesOf } from './health.ts';
import type { BindingRow, ConsumerRow, ExchangeRow, QueueRow } from './lists.ts';

/** The number of consumers of each queue, by vhost and name. */
type Consumers = ReadonlyMap<unknown, ReadonlyMap<unknown, number>>;

const none: Table = new Map();

/** Without the default exchange. */
export function normalizeExchanges(rows: readonly ExchangeRow[]): LiveExchange[] {
  return rows
    .filter(hasVhost)
    .filter(({ name }) => name !== '')
    .map((row) => {
      const exchange = normalizeExchange({ ...row, arguments: argumentsOf(row) }, row.vhost);
      return Object.assign(exchange, { system: isSystemExchange(exchange), ...policyOf(row) });
    });
}

/** `consumers` is undefined if they could not be listed. */
export function normalizeQueues([rows, consumers]: readonly [
  readonly QueueRow[],
  Consumers | undefined,
]): LiveQueue[] {
  return rows.filter(hasVhost).map((row) => {
    const type = row.type ?? 'classic';
    const { vhost, name, durable, auto_delete, exclusive, internal } = row;
    const raw = { name, type, durable, auto_delete, arguments: argumentsOf(row) };
    const queue = normalizeQueue(raw, vhost);
    return Object.assign(queue, {
      type,
      system: isSystemQueue({ ...queue, exclusive, internal }),
      ready: countOf(row.messages_ready),
      unacked: countOf(row.messages_unacknowledged),
      consumers: consumers && (consumers.get(vhost)?.get(name) ?? 0),
      state: stateOf(row),
      ...replicasOf(row),
      ...policyOf(row),
    });
  });
}

/** Without those of the default exchange. */
export function normalizeBindings(rows: readonly BindingRow[]): LiveBinding[] {
  return rows
    .filter(hasVhost)
    .filter(({ source }) => source !== '')
    .map((row) => {
      const binding = normalizeBinding({ ...row, arguments: argumentsOf(row) }, row.vhost);
      return Object.assign(binding, { properties_key: row.properties_key });
    });
}

export function countConsumers(rows: readonly ConsumerRow[]): Consumers {
  const vhosts = new Map<unknown, Map<unknown, number>>();
  for (const { queue } of rows) {
    const counts = vhosts.get(queue.vhost) ?? new Map<unknown, number>();
    vhosts.set(queue.vhost, counts.set(queue.name, (counts.get(queue.name) ?? 0) + 1));
  }
  return vhosts;
}

/** 3.10 says '' for none. */
function policyOf({ policy }: { policy?: string | null }): { policy?: string } {
  return policy === undefined || policy === null || policy === '' ? {} : { policy };
}

/** Of a stream, RabbitMQ names only those that can be reached, and 3.10 none. */
export function replicasOf({ members, online }: QueueRow): Pick<LiveQueue, 'replicas'> {
  if (!Array.isArray(members) && !Array.isArray(online)) return {};
  return { replicas: { members: namesOf(members), online: namesOf(online) } };
}

/** A vhost whose name can't be used is out of reach, and so is everything in it. */
function hasVhost<T extends { vhost: unknown }>(row: T): row is T & { vhost: string } {
  return typeof row.vhost === 'string';
}

/** Objects without arguments share one empty table. */
function argumentsOf({ arguments: args }: { arguments: object }): object {
  return Object.keys(args).length === 0 ? none : args;
}
