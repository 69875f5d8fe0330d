// topo apply --verify=strong: reads what was applied through every node.
import { setTimeout as sleep } from 'node:timers/promises';
import { endpointsOfNodes, parseNodeEndpoint, unknownNodes } from '../connection/node-endpoints.ts';
import { openBroker, type Broker } from '../management/broker.ts';
import type { PlanSource } from '../reconcile/source.ts';
import type { NodeReading } from '../report/outcomes.ts';
import type { ApplyFlags } from './apply-flags.ts';
import type { Session } from './connect.ts';
import { wrongFlag } from './flags.ts';

/** The endpoints to read through; undefined unless asked for. Throws InvalidInput. */
export async function findNodes(
  { verify, nodeEndpoint }: ApplyFlags,
  { broker, connection }: Session,
): Promise<readonly string[] | undefined> {
  if (verify === undefined) {
    if (nodeEndpoint.length === 0) return undefined;
    throw wrongFlag('--node-endpoint is for --verify=strong', 'give both, or neither');
  }
  const named = nodeEndpoint.map((text) => parseNodeEndpoint(text, connection));
  if (named.length > 0) return [...new Set(named)];
  const { nodes } = await broker.readHealth();
  if (nodes === undefined) throw unknownNodes();
  const names = nodes.map(({ name }) => name);
  return [...endpointsOfNodes(names, connection).values()];
}

/** Reads through each of them, and looks for nodes that none of them is. */
export async function readNodes(
  endpoints: readonly string[],
  source: PlanSource,
  session: Session,
): Promise<readonly NodeReading[]> {
  const readings = await Promise.all(
    endpoints.map((endpoint) => readNode(endpoint, source, session)),
  );
  const { nodes = [] } = await session.broker.readHealth().catch(() => unseen);
  const read = new Set(readings.map(({ node }) => node));
  const isKnown = readings.every(({ node, reason }) => node !== undefined || reason !== undefined);
  const missed = isKnown ? nodes.filter(({ name }) => !read.has(name)) : [];
  return [
    ...readings,
    ...missed.map(({ name, running }) => ({
      node: name,
      unreached: [],
      reason: running ? 'none of the endpoints is this node' : 'it is down',
    })),
  ];
}

/** A broker that is out of reach by now says which nodes there are no more. */
const unseen = { nodes: undefined };

async function readNode(
  endpoint: string,
  source: PlanSource,
  { connection, abort, broker }: Session,
): Promise<NodeReading> {
  const place = `the node at ${endpoint}`;
  const through = openBroker({ ...connection, endpoint, place }, { signal: abort });
  try {
    const [here, { node, cluster_name: cluster }] = await Promise.all([
      broker.readNode(),
      through.readNode(),
    ]);
    const known = { endpoint, ...(node !== undefined && { node }) };
    if (cluster !== here.cluster_name) {
      return { ...known, unreached: [], reason: `it belongs to another cluster, ${cluster}` };
    }
    return { ...known, unreached: await readUntilSame(source, through) };
  } catch (error) {
    return { endpoint, unreached: [], reason: (error as Error).message };
  } finally {
    await through.close();
  }
}

/** Milliseconds that a node may lag behind the others, and between two looks at it. */
const lag = 5_000;
const pause = 250;

async function readUntilSame(source: PlanSource, through: Broker): Promise<readonly string[]> {
  const end = performance.now() + lag;
  for (;;) {
    const { unreached } = await source.readAgain(true, through);
    if (unreached.length === 0 || performance.now() > end) {
      return unreached.map(({ address }) => address);
    }
    await sleep(pause);
  }
}
