// Reads what the broker holds of some cases, in its own words, as sorted lines.
import { broker } from '../broker.ts';
import { authorizationOf } from '../broker-of.ts';
import { isBefore } from '../version.ts';
import { render, toValue, type Entry } from './definitions.ts';
import { withPassword } from './passwords.ts';

/** What the list of vhosts says of them beside what was declared. */
const passing: ReadonlySet<string> = new Set([
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

/** All objects whose vhost, user or name begins with `prefix`, which is left out. */
export async function readState(prefix: string): Promise<string[]> {
  const readOwn = async (path: string, field = 'name') => {
    const all = await readList(path);
    return all.filter((entry) => String(entry[field]).startsWith(prefix));
  };
  const lists = {
    vhost: (await readOwn('vhosts')).map(vhostOf),
    user: (await readOwn('users')).map(withPassword),
    'global parameter': await readOwn('global-parameters'),
    permission: await readOwn('permissions', 'vhost'),
    'topic permission': await readOwn('topic-permissions', 'vhost'),
    'user limits': await readOwn('user-limits', 'user'),
  };
  const lines = Object.entries(lists).flatMap(([what, list]) => linesOf(what, list));
  const within = await Promise.all(lists.vhost.map(({ name }) => readVhost(String(name))));
  return [...lines, ...within.flat()].map((line) => line.replaceAll(prefix, '')).sort();
}

/** From 4.2.9 on definitions hold no internal exchanges, so their lists are read, too. */
const fieldsOf = {
  exchanges: ['name', 'type', 'durable', 'auto_delete', 'internal', 'arguments'],
  queues: ['name', 'type', 'durable', 'auto_delete', 'exclusive', 'arguments'],
  bindings: ['source', 'destination', 'destination_type', 'routing_key', 'arguments'],
};

async function readVhost(name: string): Promise<string[]> {
  const held = (await readJson(`definitions/${encodeURIComponent(name)}`)) as object;
  const lines = Object.entries(held).flatMap(([section, list]) =>
    Array.isArray(list)
      ? linesOf(`${section} of ${name}`, withoutImplied(list.filter(saysSomething)))
      : [],
  );
  for (const [list, fields] of Object.entries(fieldsOf)) {
    const all = await readList(
      `${list}/${encodeURIComponent(name)}?disable_stats=true&enable_queue_totals=true`,
    );
    const known = all
      .filter(isDeclared)
      .map((one) => Object.fromEntries(fields.map((key) => [key, one[key]])));
    lines.push(...linesOf(`listed ${list} of ${name}`, withoutImplied(known)));
  }
  return lines;
}

/** Limits of a vhost that are all deleted leave an empty list. */
const saysSomething = ({ component, value }: Entry): boolean =>
  component !== 'vhost-limits' || render(value) !== '[]';

/** Neither a predefined exchange, nor bound to the default exchange by being there. */
const isDeclared = ({ name, source }: Entry): boolean =>
  typeof name === 'string' ? !/^(?:amq\.|$)/.test(name) : source !== '';

/** Before 4.0, a vhost's default type is classic with and without saying so. */
function vhostOf(entry: Entry): Entry {
  const fields = Object.entries(entry).filter(([key]) => !passing.has(key));
  const metadata = withSortedTags(entry['metadata'] as Entry);
  const whole = { ...Object.fromEntries(fields), metadata };
  const isImplied = isBefore(4) && entry['default_queue_type'] !== 'quorum';
  const type = { default_queue_type: 'classic' };
  return isImplied ? { ...whole, ...type, metadata: { ...metadata, ...type } } : whole;
}

/** And so is a classic queue, whose type is listed by itself: topo leaves the argument out. */
function withoutImplied(entries: readonly Entry[]): readonly Entry[] {
  if (!isBefore(4)) return entries;
  return entries.map((entry) => {
    const { 'x-queue-type': type, ...rest } = (entry['arguments'] ?? {}) as Entry;
    return type === 'classic' ? { ...entry, arguments: rest } : entry;
  });
}

const linesOf = (what: string, entries: readonly Entry[]): string[] =>
  entries.map((entry) => `${what}: ${render(withSortedTags(entry))}`);

/** RabbitMQ keeps tags as a set. */
const withSortedTags = (entry: Entry): Entry =>
  Array.isArray(entry['tags']) ? { ...entry, tags: entry['tags'].map(String).sort() } : entry;

/** What only one of two states has. */
export function differenceOf(left: readonly string[], right: readonly string[]) {
  const [known, others] = [new Set(left), new Set(right)];
  return {
    only: left.filter((line) => !others.has(line)),
    lacks: right.filter((line) => !known.has(line)),
  };
}

const readList = async (path: string) => (await readJson(path)) as readonly Entry[];

async function readJson(path: string): Promise<unknown> {
  const headers = { authorization: authorizationOf(broker) };
  const answer = await fetch(`${broker.endpoint}/api/${path}`, { headers });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
  return toValue(await answer.text());
}
