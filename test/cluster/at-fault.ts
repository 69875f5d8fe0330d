// One apply on a cluster, and a fault before or in the middle of it: what it said, and what the
// majority holds afterwards.
import { randomUUID } from 'node:crypto';
import { exit } from '../../src/cli/exit.ts';
import { api } from '../broker.ts';
import type { Fared } from '../faults.ts';
import type { Cluster, ClusterNode } from './cluster.ts';
import { sidesOf, StruckApplies, type ClusterFault, type Ran } from './struck-applies.ts';

/** What an apply may end with. */
type Codes = readonly number[];
const anyOf: Codes = [exit.done, exit.error, exit.refused, exit.partial];

/** What it must end with if the fault is there before it starts. */
const codesBefore = (fault: ClusterFault): Codes => {
  if (fault.kind === 'move the leader') return [exit.done];
  if (fault.kind === 'kill two' || (fault.kind === 'cut' && fault.hits === 'asked'))
    return [exit.refused];
  return fault.hits === 'another' ? [exit.done] : [exit.error];
};

const numbers = [1, 2, 3, 4];
const former = `
queues:
  - { name: gone, arguments: { x-queue-type: quorum } }
  - { name: kept, arguments: { x-queue-type: quorum } }
  - { name: changed, arguments: { x-max-length: 5 } }
exchanges: [{ name: x, type: direct }]
bindings: [{ source: x, destination: changed, routing_key: changed }]
`;
/** Creates, binds, replaces and deletes. */
const latter = `
queues:
  - { name: kept, arguments: { x-queue-type: quorum } }
  - { name: changed, arguments: { x-max-length: 6 } }
${numbers.map((n) => `  - { name: q${n}, arguments: { x-queue-type: quorum } }\n  - { name: c${n} }`).join('\n')}
exchanges: [{ name: x, type: direct }]
bindings:
  - { source: x, destination: changed, routing_key: changed }
  - { source: x, destination: kept, routing_key: kept }
${numbers.map((n) => `  - { source: x, destination: q${n}, routing_key: q${n} }`).join('\n')}
`;
const wanted = ['changed=6', ...numbers.flatMap((n) => [`q${n}`, `c${n}`]), 'kept']
  .concat(['changed', 'kept', ...numbers.map((n) => `q${n}`)].map((key) => `x→${key}`))
  .sort()
  .join();
/** Without bindings: 3.10 lists none of a classic queue whose node is down. */
const before = ['changed=5', 'gone', 'kept'].join();

interface QueueRow {
  readonly name: string;
  readonly arguments: { readonly 'x-max-length'?: number };
}
interface BindingRow {
  readonly source: string;
  readonly routing_key: string;
}

/** The queues and bindings of a vhost, as one node lists them. */
async function readThrough(node: ClusterNode, vhost: string): Promise<string> {
  const queues = (await api(
    'GET',
    `queues/${vhost}?disable_stats=true`,
    undefined,
    node,
  )) as QueueRow[];
  const bindings = (await api('GET', `bindings/${vhost}`, undefined, node)) as BindingRow[];
  const own = queues.filter(({ name }) => !name.startsWith('topo.'));
  const named = own.map(({ name, arguments: args }) => {
    const length = args['x-max-length'];
    return length === undefined ? name : `${name}=${length}`;
  });
  const bound = bindings.filter(({ source }) => source !== '');
  return [...named, ...bound.map(({ routing_key: key }) => `x→${key}`)].sort().join();
}

const isCode = (code: number | null, codes: Codes): boolean => codes.includes(code ?? -1);

export class FaultyCluster {
  readonly #cluster: Cluster;
  readonly #applies: StruckApplies;

  constructor(cluster: Cluster, folder: string) {
    this.#cluster = cluster;
    this.#applies = new StruckApplies(cluster, folder);
  }

  /** Ends with the cluster whole again, unless `stays`. */
  async attempt(fault: ClusterFault, { stays = false } = {}): Promise<Fared> {
    const { asked, nodes } = sidesOf(this.#cluster, fault);
    const vhost = `case-${randomUUID()}`;
    await api('PUT', `vhosts/${vhost}`, {}, asked);
    const first = await this.#applies.apply(vhost, former, asked);
    if (first.code !== 0) return { ended: undefined, wrong: [`not set up: ${first.told}`] };
    const ran = await this.#applies.run(fault, vhost, latter, 'gone');
    const wrong = await this.#judge(fault, ran, vhost, nodes);
    if (!stays) wrong.push(...(await this.#judgeRecovered(ran, vhost, asked)));
    const told = wrong.length > 0 ? [ran.told] : [];
    const ended = ran.isStruck ? `exit ${ran.code ?? 'none'}` : undefined;
    return { ended, wrong: [...wrong, ...told] };
  }

  /** An exit 0 means that the majority has it all; a refusal, that nothing was written. */
  async #judge(
    fault: ClusterFault,
    { code }: Ran,
    vhost: string,
    nodes: readonly ClusterNode[],
  ): Promise<string[]> {
    const codes = fault.after === 0 ? codesBefore(fault) : anyOf;
    const wrong = isCode(code, codes) ? [] : [`ended with ${code ?? 'none'}, not ${codes.join()}`];
    const seen = code === exit.done ? wanted : code === exit.refused ? before : undefined;
    if (seen === undefined) return wrong;
    const hit = fault.hits === 'asked' ? nodes.at(-1) : nodes[0];
    const isLeft = (node: ClusterNode): boolean =>
      fault.kind === 'move the leader' || (fault.kind !== 'kill two' && node !== hit);
    for (const node of nodes.filter(isLeft)) {
      const all = await readThrough(node, vhost);
      const found = code === exit.done ? all : all.replaceAll(/,x→[^,]*/g, '');
      if (found !== seen) wrong.push(`${node.name} has ${found} after exit ${code ?? 'none'}`);
    }
    return wrong;
  }

  /** What was a success stays one, and the next apply does the rest. */
  async #judgeRecovered({ code }: Ran, vhost: string, asked: ClusterNode): Promise<string[]> {
    await this.#cluster.recover();
    const wrong: string[] = [];
    if (code === exit.done) {
      const found = await readThrough(asked, vhost);
      if (found !== wanted) wrong.push(`${found} is left of a success`);
    }
    const next = await this.#applies.apply(vhost, latter, asked);
    const end = await readThrough(asked, vhost);
    if (next.code !== 0) wrong.push(`the next run ended with ${next.code ?? 'none'}: ${next.told}`);
    else if (end !== wanted) wrong.push(`the next run left ${end}`);
    await api('DELETE', `vhosts/${vhost}`, undefined, asked);
    return wrong;
  }
}
