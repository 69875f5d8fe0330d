// Applies queues of one vhost through the first node of a cluster.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { api } from '../broker.ts';
import type { Ended } from '../cli/call.ts';
import { callTopo } from '../cli/topo.ts';
import type { ClusterNode } from './cluster.ts';
import { environmentAt } from './struck-applies.ts';
import type { Bed } from './three-nodes.ts';

interface Applies {
  readonly vhost: string;
  readonly at: (nth: number) => ClusterNode;
  /** `queues`: their entries in the file, such as `{ name: a }, { name: b }`. */
  readonly apply: (queues: string, ...args: readonly string[]) => Promise<Ended>;
}

export function appliesOn(bed: Bed): Applies {
  const vhost = `case-${randomUUID()}`;
  const at = (nth: number): ClusterNode => {
    const node = bed.cluster.nodes[nth];
    if (node === undefined) throw new Error('no such node');
    return node;
  };
  beforeAll(() => api('PUT', `vhosts/${vhost}`, {}, at(0)));
  const apply = async (queues: string, ...args: readonly string[]): Promise<Ended> => {
    const file = join(bed.folder, 'topology.yaml');
    await writeFile(file, `vhost: ${vhost}\nmanage: { queues: ['*'] }\nqueues: [${queues}]\n`);
    return callTopo(['apply', file, '--yes', ...args], bed.folder, environmentAt(at(0)));
  };
  return { vhost, at, apply };
}
