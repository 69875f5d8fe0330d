// Reads all that a broker holds, by its definitions and by its lists, as sorted lines.
import { authorizationOf, type Broker } from '../broker-of.ts';
import { render, toValue, type Entry } from '../exact/definitions.ts';
import { isBefore } from '../version.ts';

const lists = [
  'vhosts',
  'users',
  'permissions',
  'topic-permissions',
  'user-limits',
  'vhost-limits',
  'policies',
  'operator-policies',
  'parameters',
  'global-parameters',
  'exchanges',
  'bindings',
];

/** Global parameters by which RabbitMQ knows the cluster. */
const identity: ReadonlySet<unknown> = new Set([
  'cluster_name',
  'cluster_tags',
  'internal_cluster_id',
]);

/** What lists count. */
const counted = /^(?:cluster_state|message|recv_oct|send_oct)/;

type Definitions = Readonly<Record<string, unknown>>;

/** Without the user who reads, and without what says which cluster it is. */
export async function readHeld(at: Broker): Promise<string[]> {
  const read = await Promise.all(
    lists.map(async (list) => linesOf(list, (await get(list, at)) as Entry[], at.username)),
  );
  const definitions = (await get('definitions', at)) as Definitions;
  return [...linesOfDefinitions(definitions, at.username), ...read.flat()].sort();
}

export const linesOfDefinitions = (definitions: Definitions, reader: string): string[] =>
  Object.entries(definitions).flatMap(([section, entries]) =>
    Array.isArray(entries) ? linesOf(`definitions ${section}`, entries as Entry[], reader) : [],
  );

function linesOf(what: string, entries: readonly Entry[], reader: string): string[] {
  const others = entries.filter(
    ({ name, user }) => name !== reader && user !== reader && !identity.has(name),
  );
  return others.map((entry) => `${what}: ${render(settled(entry))}`);
}

/**
 * Without counts, and with tags in order: RabbitMQ keeps them as a set. Before 4.0 it takes a
 * classic queue with and without x-queue-type for the same, and topo leaves it out.
 */
function settled(entry: Entry): Entry {
  const kept = Object.entries(entry).filter(
    ([name, value]) => !counted.test(name) && !(isBefore(4) && isClassic(name, value)),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, settledValue(name, value)]));
}

function settledValue(name: string, value: unknown): unknown {
  if (name === 'tags' && Array.isArray(value)) return value.map(String).sort();
  return name === 'arguments' || name === 'metadata' ? settled(value as Entry) : value;
}

const isClassic = (name: string, value: unknown): boolean =>
  name === 'x-queue-type' && value === 'classic';

async function get(path: string, at: Broker): Promise<unknown> {
  const headers = { authorization: authorizationOf(at) };
  const answer = await fetch(`${at.endpoint}/api/${path}`, { headers });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
  return toValue(await answer.text());
}
