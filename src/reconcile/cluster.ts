// What a plan must know about the broker's nodes.

/** The cluster, as far as the user may see it. */
export interface Health {
  /** Undefined if the user may not list them. */
  readonly nodes: readonly ClusterNode[] | undefined;
  /** Undefined if the broker doesn't say. */
  readonly alarms: readonly Alarm[] | undefined;
  /** The stable feature flags that could be enabled; undefined if the user may not list them. */
  readonly disabledFlags?: readonly string[] | undefined;
}

export interface ClusterNode {
  readonly name: string;
  readonly running: boolean;
  /** The nodes that it lost sight of, and that went on without it. */
  readonly partitions: readonly string[];
  /** Milliseconds since its start, up to 5 s old. */
  readonly uptime: number | undefined;
}

export interface Alarm {
  readonly node: string;
  /** Such as `memory`, `disk space`. */
  readonly resource: string;
}

/** Half of a cluster can't know that the other half is gone. */
export function hasMajority(nodes: readonly ClusterNode[]): boolean {
  return nodes.filter(({ running }) => running).length * 2 > nodes.length;
}

/** Names each pair once. */
export function describePartition(parted: readonly ClusterNode[]): string {
  const pairs = parted.flatMap(({ name, partitions }) =>
    partitions.map((other) => [name, other].sort().join(' and ')),
  );
  return `${[...new Set(pairs)].join(', ')} went on without each other`;
}
