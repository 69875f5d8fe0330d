// Reads what the broker holds of some cases, in its own words, as sorted lines.
import { isLosslessNumber } from 'lossless-json';
import { broker } from '../broker.ts';
import { authorizationOf, type Broker } from '../broker-of.ts';
import { toText, toValue, type Entry } from './definitions.ts';

/** What a read-only request says of objects whose equality is none of our business. */
const passing: ReadonlySet<string> = new Set([
  'rabbit_version',
  'rabbitmq_version',
  'product_name',
  'product_version',
  'rabbitmq_definition_format',
  'original_cluster_name',
  'explanation',
  'cluster_state',
  'message_stats',
  'messages',
  'messages_details',
  'messages_ready',
  'messages_ready_details',
  'messages_unacknowledged',
  'messages_unacknowledged_details',
  'recv_oct',
  'recv_oct_details',
  'send_oct',
  'send_oct_details',
]);

/** All objects whose vhost, user or name begins with `prefix`. */
export async function readState(prefix: string, at = broker): Promise<string[]> {
  const mine = (entries: readonly Entry[], field = 'name') =>
    entries.filter((entry) => String(entry[field]).startsWith(prefix));
  const [vhosts, users, globals, permissions, topics, limits] = await Promise.all([
    readList('vhosts', at),
    readList('users', at),
    readList('global-parameters', at),
    readList('permissions', at),
    readList('topic-permissions', at),
    readList('user-limits', at),
  ]);
  const lines = [
    ...linesOf('vhost', mine(vhosts)),
    ...linesOf('user', mine(users)),
    ...linesOf('global parameter', mine(globals)),
    ...linesOf('permission', mine(permissions, 'vhost')),
    ...linesOf('topic permission', mine(topics, 'vhost')),
    ...linesOf('user limits', mine(limits, 'user')),
  ];
  for (const { name } of mine(vhosts)) {
    const path = `definitions/${encodeURIComponent(String(name))}`;
    const held = (await readJson(path, at)) as Readonly<Record<string, unknown>>;
    for (const [section, list] of Object.entries(held))
      if (Array.isArray(list))
        lines.push(...linesOf(`${section} of ${String(name)}`, list as Entry[]));
  }
  return lines.sort();
}

const linesOf = (what: string, entries: readonly Entry[]): string[] =>
  entries.map((entry) => `${what}: ${render(entry)}`);

/**
 * Maps by their keys, without what passes; tags as a set. Before 4.0 RabbitMQ takes a classic queue
 * with and without x-queue-type for the same, and topo leaves it out.
 */
export function render(value: unknown, field = ''): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => render(item));
    return `[${(field === 'tags' ? items.sort() : items).join()}]`;
  }
  if (typeof value !== 'object' || value === null || isLosslessNumber(value)) return toText(value);
  const entries = Object.entries(value).filter(
    ([key, item]) => !passing.has(key) && !(key === 'x-queue-type' && item === 'classic'),
  );
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, item]) => `${toText(key)}:${render(item, key)}`).join()}}`;
}

async function readList(path: string, at: Broker): Promise<readonly Entry[]> {
  return (await readJson(path, at)) as readonly Entry[];
}

async function readJson(path: string, at: Broker): Promise<unknown> {
  const headers = { authorization: authorizationOf(at) };
  const answer = await fetch(`${at.endpoint}/api/${path}`, { headers });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
  return toValue(await answer.text());
}
