// Whether what the broker acknowledged may be lost again: looked at after the last write.
import { describePartition, hasMajority, type ClusterNode, type Health } from './cluster.ts';
import { codes } from './health.ts';

/** What may have undone writes that the broker acknowledged. */
export interface Doubt {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const planAgain = 'plan again once the cluster is whole: topo apply writes again what is missing';

/** What happened to the cluster between two looks at it. */
export function doubtsBetween(before: Health, after: Health): Doubt[] {
  if (before.nodes === undefined || after.nodes === undefined) return [];
  const known = new Map(before.nodes.map((node) => [node.name, node]));
  const { nodes } = after;
  const back = nodes.filter((node) => cameBack(known.get(node.name), node));
  const parted = nodes.filter(
    ({ name, partitions }) => partitions.length > 0 && known.get(name)?.partitions.length === 0,
  );
  const lost = 'what the broker acknowledged meanwhile may be lost';
  return [
    ...(parted.length === 0
      ? []
      : [{ code: codes.partition, message: `${describePartition(parted)}: ${lost}` }]),
    ...(hasMajority(nodes) || !hasMajority(before.nodes)
      ? []
      : [{ code: codes.majority, message: `the majority of the nodes is gone: ${lost}` }]),
    ...back.map(({ name }) => ({
      code: 'node-back',
      message: `${name} came back while this ran: ${lost}`,
    })),
  ].map((doubt) => ({ ...doubt, hint: planAgain }));
}

/** A node that was restarted in between has a shorter uptime. */
function cameBack(before: ClusterNode | undefined, after: ClusterNode): boolean {
  if (before === undefined || !after.running) return false;
  if (!before.running) return true;
  return (after.uptime ?? Infinity) < (before.uptime ?? 0);
}
