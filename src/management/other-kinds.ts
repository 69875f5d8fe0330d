// Counts objects of the kinds that topo neither compares nor exports.
import type { Client } from './client.ts';
import { forgo } from './forgo.ts';
import { anything, parseRows, text } from './shape.ts';

interface ParameterRow {
  readonly component: string;
  readonly vhost?: unknown;
}
interface Row {
  readonly name?: unknown;
  readonly vhost?: unknown;
}

const parseParameters = parseRows<ParameterRow>({ component: text, vhost: anything });
const parseAny = parseRows<Row>({ name: anything, vhost: anything });

/** RabbitMQ's own names for some components. */
const kinds: Readonly<Record<string, string>> = {
  operator_policy: 'operator_policies',
  'vhost-limits': 'vhost_limits',
  'federation-upstream': 'federation_upstreams',
  'federation-upstream-set': 'federation_upstream_sets',
  shovel: 'shovels',
};

export type ParameterCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Counts the parameters of each vhost by kind, without their values, which may be secret; undefined
 * if the user may not read them. Operator policies and vhost limits are among them.
 */
export async function countParameters(client: Client): Promise<ParameterCounts | undefined> {
  const path = 'parameters?columns=component,vhost';
  const rows = await client.readList(path, parseParameters).catch(forgo);
  if (rows === undefined) return undefined;
  const counts = new Map<string, Map<string, number>>();
  for (const { component, vhost } of rows) {
    const ofVhost = counts.get(String(vhost)) ?? new Map<string, number>();
    const kind = kinds[component] ?? component;
    counts.set(String(vhost), ofVhost.set(kind, (ofVhost.get(kind) ?? 0) + 1));
  }
  return counts;
}

/**
 * Counts users, permissions and global parameters, by kind; undefined if the user may not read
 * them.
 */
export async function countOtherKinds(
  client: Client,
  vhosts: ReadonlySet<string>,
): Promise<Map<string, number | undefined>> {
  const inVhosts = ({ vhost }: Row): boolean => vhosts.has(String(vhost));
  const lists: [kind: string, path: string, isCounted: (row: Row) => boolean][] = [
    ['users', 'users?columns=name', () => true],
    ['permissions', 'permissions?columns=vhost', inVhosts],
    ['topic_permissions', 'topic-permissions?columns=vhost', inVhosts],
    ['global_parameters', 'global-parameters?columns=name', ({ name }) => !own.has(String(name))],
  ];
  const counting = lists.map(
    async ([kind, path, isCounted]): Promise<[string, number | undefined]> => {
      const rows = await client.readList(path, parseAny).catch(forgo);
      return [kind, rows?.filter(isCounted).length];
    },
  );
  return new Map(await Promise.all(counting));
}

/** Global parameters that RabbitMQ makes for itself. */
const own: ReadonlySet<string> = new Set(['internal_cluster_id', 'cluster_name', 'cluster_tags']);
