// Reads the lists of the management API, and the fields of each entry that topo needs.
import { kinds } from '../topology/kinds/kinds.ts';
import { type Exchange, type Queue, isQueue } from '../topology/object.ts';
import type { Client } from './client.ts';
import { tellGhosts } from './ghosts.ts';
import { pathOfNamed } from './path.ts';
import { anything, given, maybe, object, parseRow, parseRows, text, type Shape } from './shape.ts';

export interface Overview {
  readonly rabbitmq_version: string;
  readonly cluster_name: string;
  readonly exchange_types: readonly { readonly name: string }[];
  readonly default_queue_type?: string | null;
}
export interface VhostRow {
  readonly name: unknown;
  readonly default_queue_type?: unknown;
}
export interface ExchangeRow {
  readonly vhost: unknown;
  readonly name: unknown;
  readonly type: string;
  readonly durable: unknown;
  readonly auto_delete: unknown;
  readonly internal: unknown;
  readonly arguments: object;
  readonly policy?: string | null;
}
export interface QueueRow {
  readonly vhost: unknown;
  readonly name: unknown;
  readonly type?: string | null;
  readonly durable: unknown;
  readonly auto_delete: unknown;
  /** Null for types that can't be exclusive: quorum, stream. */
  readonly exclusive?: unknown;
  readonly internal?: unknown;
  readonly arguments: object;
  readonly policy?: string | null;
  readonly messages?: unknown;
  readonly messages_ready?: unknown;
  readonly messages_unacknowledged?: unknown;
  readonly state?: unknown;
  /** Of quorum queues and streams. */
  readonly members?: unknown;
  readonly online?: unknown;
}
export interface BindingRow {
  readonly vhost: unknown;
  readonly source: unknown;
  readonly destination: unknown;
  readonly destination_type: string;
  readonly routing_key: unknown;
  readonly arguments: object;
  readonly properties_key: string;
}
export interface ConsumerRow {
  readonly queue: { readonly name: unknown; readonly vhost: unknown };
}

const parseOverview = parseRow<Overview>({
  rabbitmq_version: text,
  cluster_name: text,
  exchange_types: Array.isArray,
  default_queue_type: maybe(text),
});
const parseNamedVhosts = parseRows<VhostRow>({ name: given, default_queue_type: maybe(given) });
/**
 * An object deleted meanwhile is listed as [], or as counters without a name (3.10.8, 7 of 6,000
 * lists).
 */
const parseVhosts = (answer: unknown): readonly VhostRow[] =>
  parseNamedVhosts(Array.isArray(answer) ? answer.filter(hasName) : answer);
const hasName = (row: unknown): boolean => object(row) && 'name' in (row as object);
export const parseExchanges = parseRows<ExchangeRow>({
  vhost: given,
  name: given,
  type: text,
  durable: given,
  auto_delete: given,
  internal: given,
  arguments: object,
  policy: maybe(text),
});
const queueShape: Shape<QueueRow> = {
  vhost: given,
  name: given,
  type: maybe(text),
  durable: given,
  auto_delete: given,
  exclusive: maybe(given),
  internal: maybe(given),
  arguments: object,
  messages: maybe(given),
  messages_ready: maybe(given),
  messages_unacknowledged: maybe(given),
  state: maybe(given),
  members: anything,
  online: anything,
  policy: maybe(text),
};
const parseQueue = parseRow(queueShape);
export const parseQueues = parseRows(queueShape);
const { name, type, state, policy, messages, messages_ready, messages_unacknowledged } = queueShape;
const countShape = { name, type, state, policy, messages, messages_ready, messages_unacknowledged };
/** What a queue holds. */
export type CountRow = Pick<QueueRow, keyof typeof countShape>;
const parseCounts = parseRows<CountRow>(countShape);
export const parseBindings = parseRows<BindingRow>({
  vhost: given,
  source: given,
  destination: given,
  destination_type: text,
  routing_key: given,
  arguments: object,
  properties_key: text,
});
const parseDeprecated = parseRows<{ name: string; state?: unknown }>({
  name: text,
  state: anything,
});
const parseConsumers = parseRows<ConsumerRow>({ queue: object });

/** All vhosts if none is named. */
const inVhost = (list: string, vhost: string | undefined): string =>
  vhost === undefined ? list : `${list}/${encodeURIComponent(vhost)}`;

export const readOverview = (client: Client) =>
  client.read('overview?disable_stats=true', parseOverview);
export const readVhosts = (client: Client) =>
  client.readList('vhosts?disable_stats=true', parseVhosts);
export const readExchanges = (client: Client, vhost: string | undefined) =>
  client.readList(`${inVhost(kinds.exchange.section, vhost)}?disable_stats=true`, parseExchanges);
/** Counts are live for classic queues, up to 5 seconds old for quorum queues; streams have none. */
export const readQueues = (client: Client, vhost: string | undefined) =>
  client.readList(
    `${inVhost(kinds.queue.section, vhost)}?disable_stats=true&enable_queue_totals=true`,
    parseQueues,
  );
/** The same without the rest: writing it out costs the broker as much as finding it. */
export const readCounts = (client: Client, vhost: string) =>
  client.readList(
    `${inVhost(kinds.queue.section, vhost)}?disable_stats=true&enable_queue_totals=true&columns=${Object.keys(countShape).join()}`,
    parseCounts,
  );
/** Without statistics. */
export const readQueue = (client: Client, queue: Queue) =>
  client.read(`${pathOfNamed(queue)}?disable_stats=true`, parseQueue);
export const readBindings = (client: Client, vhost: string | undefined) =>
  readBindingsAt(client, inVhost(kinds.binding.section, vhost));
/** Reads the bindings of one queue, or those from and to one exchange. */
export async function readBindingsOf(client: Client, object: Exchange | Queue) {
  const path = `${pathOfNamed(object)}/bindings`;
  const paths = isQueue(object) ? [path] : [`${path}/source`, `${path}/destination`];
  return (await Promise.all(paths.map((one) => readBindingsAt(client, one)))).flat();
}
async function readBindingsAt(client: Client, path: string): Promise<readonly BindingRow[]> {
  return tellGhosts(client, await client.readList(path, parseBindings));
}
/** Up to 5 seconds old. */
export const readConsumers = (client: Client, vhost: string | undefined) =>
  client.readList(inVhost('consumers', vhost), parseConsumers);
/** 3.13 to 4.2 say no state. */
export const readDeprecated = (client: Client) =>
  client.readList('deprecated-features', parseDeprecated);
