// A cluster that is struck by a fault before an apply, or in the middle of it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { callTopo } from '../cli/topo.ts';
import { openProxy } from '../proxy.ts';
import type { Cluster, ClusterNode } from './cluster.ts';

export interface ClusterFault {
  readonly kind: 'cut' | 'kill' | 'kill two' | 'move the leader';
  /** Whether it hits the node that topo asks. */
  readonly hits: 'asked' | 'another';
  /** After how many requests of topo; 0: before topo starts, and noticed by the cluster. */
  readonly after: number;
  /** Which node topo asks: 0 to 2. */
  readonly asks: number;
}

export interface Ran {
  readonly code: number | null;
  readonly told: string;
}

interface Struck extends Ran {
  /** Unless it ended before. */
  readonly isStruck: boolean;
}

/** With which topo reaches the node. */
export const environmentAt = ({ endpoint, username, password, amqpUrl }: ClusterNode) => ({
  RABBITMQ_ENDPOINT: endpoint,
  RABBITMQ_USERNAME: username,
  RABBITMQ_PASSWORD: password,
  AMQP_URL: amqpUrl,
});

/** The node that topo asks comes last. */
export function sidesOf(cluster: Cluster, { asks, hits }: ClusterFault) {
  const asked = cluster.nodes[asks];
  const others = cluster.nodes.filter((node) => node !== asked);
  const [other] = others;
  if (asked === undefined || other === undefined) throw new Error('no such node');
  return { asked, nodes: [...others, asked], hit: hits === 'asked' ? asked : other };
}

export class StruckApplies {
  readonly #cluster: Cluster;
  readonly #folder: string;

  constructor(cluster: Cluster, folder: string) {
    this.#cluster = cluster;
    this.#folder = folder;
  }

  /** `queue`: whose leader moves. */
  async run(fault: ClusterFault, vhost: string, topology: string, queue: string): Promise<Struck> {
    const { asked, hit } = sidesOf(this.#cluster, fault);
    const strike = () => this.#strike(fault, hit, { vhost, queue });
    if (fault.after > 0) return this.#applyUntil(vhost, topology, asked, fault.after, strike);
    await strike();
    return { ...(await this.apply(vhost, topology, asked)), isStruck: true };
  }

  async #strike(
    fault: ClusterFault,
    hit: ClusterNode,
    { vhost, queue }: { readonly vhost: string; readonly queue: string },
  ): Promise<void> {
    const { nodes } = this.#cluster;
    const rest = nodes.filter((node) => node !== hit);
    switch (fault.kind) {
      case 'move the leader':
        return this.#cluster.moveLeader(vhost, queue, hit);
      case 'cut':
        await this.#cluster.cut(hit);
        if (fault.after === 0) {
          await this.#cluster.untilSeen(rest, rest);
          await this.#cluster.untilSeen([hit], [hit]);
        }
        return;
      case 'kill':
      case 'kill two': {
        const killed = fault.kind === 'kill' ? [hit] : this.#twoWithout(nodes[fault.asks]);
        for (const node of killed) await this.#cluster.kill(node);
        const left = nodes.filter((node) => !killed.includes(node));
        if (fault.after === 0) await this.#cluster.untilSeen(left, left);
      }
    }
  }

  #twoWithout(asked: ClusterNode | undefined): ClusterNode[] {
    return this.#cluster.nodes.filter((node) => node !== asked);
  }

  async #applyUntil(
    vhost: string,
    topology: string,
    asked: ClusterNode,
    after: number,
    strike: () => Promise<void>,
  ): Promise<Struck> {
    const { hostname, port } = new URL(asked.endpoint);
    const proxy = await openProxy({ host: hostname, port: Number(port) });
    try {
      const running = this.apply(vhost, topology, asked, `http://127.0.0.1:${proxy.port}`);
      const over = running.then(() => true);
      const isOver = () => Promise.race([over, pause(5, false)]);
      while (proxy.requests.length < after)
        if (await isOver()) return { ...(await running), isStruck: false };
      await strike();
      return { ...(await running), isStruck: true };
    } finally {
      await proxy.close();
    }
  }

  async apply(
    vhost: string,
    topology: string,
    asked: ClusterNode,
    endpoint = asked.endpoint,
  ): Promise<Ran> {
    const file = join(this.#folder, `${vhost}.yaml`);
    await writeFile(file, `vhost: ${vhost}\nmanage: { queues: ['*'] }\n${topology}`);
    const env = { ...environmentAt(asked), RABBITMQ_ENDPOINT: endpoint };
    const args = ['apply', file, '--yes', '--timeout', '20'];
    const { code, out, err } = await callTopo(args, this.#folder, env);
    return { code, told: out + err };
  }
}
