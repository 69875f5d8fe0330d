// The lists of the management API that topo reads, and what of each entry.
import type { Exchange, Queue } from '../topology/object.ts';
import type { Client } from './client.ts';
import { pathOfNamed } from './path.ts';
import { count, flag, maybe, object, parseRow, parseRows, text } from './shape.ts';

export interface Overview {
  readonly rabbitmq_version: string;
  readonly cluster_name: string;
  readonly exchange_types: readonly { readonly name: string }[];
  readonly default_queue_type?: string | null;
}
export interface VhostRow {
  readonly name: string;
  readonly default_queue_type?: string | null;
}
export interface ExchangeRow {
  readonly vhost: string;
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly internal: boolean;
  readonly arguments: object;
}
export interface QueueRow {
  readonly vhost: string;
  readonly name: string;
  readonly type?: string | null;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  /** Null for the types that can't be: quorum, stream. */
  readonly exclusive?: boolean | null;
  readonly internal?: boolean | null;
  readonly arguments: object;
  readonly messages?: number | null;
  readonly messages_ready?: number | null;
  readonly messages_unacknowledged?: number | null;
  readonly state?: string | null;
}
export interface BindingRow {
  readonly vhost: string;
  readonly source: string;
  readonly destination: string;
  readonly destination_type: string;
  readonly routing_key: string;
  readonly arguments: object;
  readonly properties_key: string;
}
export interface ConsumerRow {
  readonly queue: { readonly name: string; readonly vhost: string };
}

const parseOverview = parseRow<Overview>({
  rabbitmq_version: text,
  cluster_name: text,
  exchange_types: Array.isArray,
  default_queue_type: maybe(text),
});
const parseNamedVhosts = parseRows<VhostRow>({ name: text, default_queue_type: maybe(text) });
/** One that is deleted meanwhile is listed as [], or as counters without a name (3.10.8, 7 of 6,000 lists). */
const parseVhosts = (answer: unknown): readonly VhostRow[] =>
  parseNamedVhosts(Array.isArray(answer) ? answer.filter(hasName) : answer);
const hasName = (row: unknown): boolean => object(row) && 'name' in (row as object);
export const parseExchanges = parseRows<ExchangeRow>({
  vhost: text,
  name: text,
  type: text,
  durable: flag,
  auto_delete: flag,
  internal: flag,
  arguments: object,
});
export const parseQueues = parseRows<QueueRow>({
  vhost: text,
  name: text,
  type: maybe(text),
  durable: flag,
  auto_delete: flag,
  exclusive: maybe(flag),
  internal: maybe(flag),
  arguments: object,
  messages: maybe(count),
  messages_ready: maybe(count),
  messages_unacknowledged: maybe(count),
  state: maybe(text),
});
export const parseBindings = parseRows<BindingRow>({
  vhost: text,
  source: text,
  destination: text,
  destination_type: text,
  routing_key: text,
  arguments: object,
  properties_key: text,
});
const parseConsumers = parseRows<ConsumerRow>({ queue: object });

/** All vhosts where none is named. */
const inVhost = (list: string, vhost: string | undefined): string =>
  vhost === undefined ? list : `${list}/${encodeURIComponent(vhost)}`;

export const readOverview = (client: Client) => client.read('overview', parseOverview);
export const readVhosts = (client: Client) => client.read('vhosts', parseVhosts);
export const readExchanges = (client: Client, vhost: string | undefined) =>
  client.read(`${inVhost('exchanges', vhost)}?disable_stats=true`, parseExchanges);
/** Counts of classic queues are live; those of quorum queues are up to 5 seconds old; streams have none. */
export const readQueues = (client: Client, vhost: string | undefined) =>
  client.read(
    `${inVhost('queues', vhost)}?disable_stats=true&enable_queue_totals=true`,
    parseQueues,
  );
export const readBindings = (client: Client, vhost: string | undefined) =>
  client.read(inVhost('bindings', vhost), parseBindings);
/** Of one exchange, from it and to it, or of one queue. */
export async function readBindingsOf(client: Client, object: Exchange | Queue) {
  const path = `${pathOfNamed(object)}/bindings`;
  const paths = object.kind === 'queue' ? [path] : [`${path}/source`, `${path}/destination`];
  return (await Promise.all(paths.map((one) => client.read(one, parseBindings)))).flat();
}
/** Up to 5 seconds old. */
export const readConsumers = (client: Client, vhost: string | undefined) =>
  client.read(inVhost('consumers', vhost), parseConsumers);
