// Reads whether the cluster is well, in three requests, as far as the user may know.
import type { Alarm, ClusterNode, Health } from '../reconcile/cluster.ts';
import type { Client } from './client.ts';
import { forgo } from './forgo.ts';
import { anything, maybe, parseRow, parseRows, text } from './shape.ts';

interface NodeRow {
  readonly name: string;
  readonly running?: unknown;
  /** Missing while the node is down, and for the first seconds after its start. */
  readonly partitions?: unknown;
  readonly uptime?: unknown;
}

const parseNodes = parseRows<NodeRow>({
  name: text,
  running: anything,
  partitions: anything,
  uptime: anything,
});
const parseAlarms = parseRow<{ readonly alarms?: readonly Alarm[] | null }>({
  alarms: maybe(Array.isArray),
});
const parseAlarm = parseRows<Alarm>({ node: text, resource: text });

interface FlagRow {
  readonly name: string;
  readonly state?: unknown;
  readonly stability?: unknown;
}
const parseFlags = parseRows<FlagRow>({ name: text, state: anything, stability: anything });

const parseOverview = parseRow<{ readonly cluster_name: string; readonly node?: string | null }>({
  cluster_name: text,
  node: maybe(text),
});

/** Which node answers: undefined if the user may not know. */
export interface NodeSeen {
  readonly cluster_name: string;
  readonly node?: string;
}

export async function readNode(client: Client): Promise<NodeSeen> {
  const { cluster_name, node } = await client.read(
    'overview?columns=cluster_name,node',
    parseOverview,
  );
  return { cluster_name, ...(typeof node === 'string' && { node }) };
}

/**
 * Nodes are for the tag monitoring, alarms for every user of the management API, and so are feature
 * flags since RabbitMQ 4; before that, they are for administrators.
 */
export async function readHealth(client: Client): Promise<Health> {
  const [nodes, alarms, flags] = await Promise.all([
    client.read('nodes?columns=name,running,partitions,uptime', parseNodes).catch(forgo),
    client.readCheck('health/checks/alarms', parseAlarms).catch(forgo),
    client.read('feature-flags?columns=name,state,stability', parseFlags).catch(forgo),
  ]);
  return {
    nodes: nodes?.map(toNode),
    alarms: alarms === undefined ? undefined : parseAlarm(alarms.alarms ?? []),
    disabledFlags: flags?.filter(isDisabled).map(({ name }) => name),
  };
}

/** One that not all nodes know is `unavailable`, as amid an upgrade. */
const isDisabled = ({ state, stability }: FlagRow): boolean =>
  state === 'disabled' && stability === 'stable';

function toNode({ name, running, partitions, uptime }: NodeRow): ClusterNode {
  return {
    name,
    running: running === true,
    partitions: namesOf(partitions),
    uptime: typeof uptime === 'number' ? uptime : undefined,
  };
}

export const namesOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
