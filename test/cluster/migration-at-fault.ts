// A queue that is carried over while a node of its cluster is cut off or killed, or its leader
// moves: what has been confirmed is all there once the cluster is whole and topo has gone on.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import { exit } from '../../src/cli/exit.ts';
import { api } from '../broker.ts';
import type { Fared } from '../faults.ts';
import type { Cluster, ClusterNode } from './cluster.ts';
import { sidesOf, StruckApplies, type ClusterFault, type Ran } from './struck-applies.ts';

const count = 2_000;
/** What the run that is struck may end with. */
const codes: readonly number[] = [exit.done, exit.error, exit.refused, exit.partial];
const bound = `
exchanges: [{ name: x, type: direct }]
bindings: [{ source: x, destination: carried, routing_key: k }]
`;
const former = `queues: [{ name: carried, arguments: { x-queue-type: quorum } }]${bound}`;
const latter = `queues: [{ name: carried, arguments: { x-queue-type: quorum, x-single-active-consumer: true } }]${bound}`;

/** Ends with the cluster whole again. `says`: what the run that is struck has to say. */
export async function migrateAtFault(
  fault: ClusterFault,
  cluster: Cluster,
  folder: string,
  says = '',
): Promise<Fared> {
  const { asked } = sidesOf(cluster, fault);
  const applies = new StruckApplies(cluster, folder);
  const vhost = `case-${randomUUID()}`;
  await api('PUT', `vhosts/${vhost}`, {}, asked);
  const first = await applies.apply(vhost, former, asked);
  if (first.code !== exit.done) return { ended: undefined, wrong: [`not set up: ${first.told}`] };
  await publish(asked, vhost);
  const ran = await applies.run(fault, vhost, latter, 'carried');
  await cluster.recover();
  const unsaid = ran.told.includes(says) ? [] : [`it does not say: ${says}`];
  const untrue = [...unsaid, ...(await untrueOf(ran, asked, vhost))];
  const next = await applies.apply(vhost, latter, asked);
  const lost = next.code === exit.done ? await wrongIn(asked, vhost) : ['the next run failed'];
  await api('DELETE', `vhosts/${vhost}`, undefined, asked);
  const wrong = [...untrue, ...lost];
  return {
    ended: ran.isStruck ? `exit ${ran.code ?? 'none'} of a migration` : undefined,
    wrong: [...wrong, ...(wrong.length > 0 ? toldBy(ran, next) : [])],
  };
}

/** What the run that was struck has said, but does not hold once the cluster is whole. */
async function untrueOf({ code, told }: Ran, node: ClusterNode, vhost: string): Promise<string[]> {
  if (!codes.includes(code ?? -1)) return [`it ended with ${code ?? 'none'}`];
  const found = await readStanding(node, vhost);
  const own = found.filter((one) => !one.includes('topo'));
  if (code === exit.done && found.join() !== standing.join())
    return [`after exit 0 there is ${found.join()}`];
  const isAsBefore = code === exit.refused || told.includes('is as before');
  if (isAsBefore && own.join() !== 'carried=false,x→carried')
    return [`what should be as before is ${own.join()}`];
  return [];
}

const toldBy = (...all: readonly Ran[]): string[] =>
  all.map(({ code, told }) => `exit ${code ?? 'none'}: ${told}`);

const open = ({ amqpUrl }: ClusterNode, vhost: string) => connect(`${amqpUrl}/${vhost}`);

async function publish(node: ClusterNode, vhost: string): Promise<void> {
  const connection = await open(node, vhost);
  const channel = await connection.createConfirmChannel();
  for (let n = 0; n < count; n++) {
    channel.publish('x', 'k', Buffer.alloc(100), { messageId: String(n), persistent: true });
  }
  await channel.waitForConfirms();
  await connection.close();
}

/** It has changed, is bound, holds each message, and nothing of topo is left beside it. */
async function wrongIn(node: ClusterNode, vhost: string): Promise<string[]> {
  const found = await readStanding(node, vhost);
  const taken = new Set(await takeAll(node, vhost));
  return [
    ...(found.join() === standing.join() ? [] : [`there is ${found.join()}`]),
    ...(taken.size === count ? [] : [`${count - taken.size} of ${count} messages are lost`]),
  ];
}

const standing = ['carried=true', 'x→carried'];

/** Its queues, the bindings of its exchanges, and the exchanges of topo's own. */
async function readStanding(node: ClusterNode, vhost: string): Promise<string[]> {
  const read = <T>(path: string) => api('GET', path, undefined, node) as Promise<T[]>;
  const queues = await read<{ name: string; arguments: Record<string, unknown> }>(
    `queues/${vhost}?disable_stats=true`,
  );
  const bindings = await read<{ source: string; destination: string }>(`bindings/${vhost}`);
  const exchanges = await read<{ name: string }>(`exchanges/${vhost}`);
  return [
    ...queues.map((one) => `${one.name}=${one.arguments['x-single-active-consumer'] === true}`),
    ...bindings
      .filter(({ source }) => source !== '')
      .map(({ source, destination }) => `${source}→${destination}`),
    ...exchanges.map(({ name }) => name).filter((name) => name.includes('topo')),
  ].sort();
}

async function takeAll(node: ClusterNode, vhost: string): Promise<string[]> {
  const connection = await open(node, vhost);
  const channel = await connection.createChannel();
  const taken: string[] = [];
  const isAll = new Promise((resolve) => {
    // RabbitMQ has no basic.get for such a queue.
    void channel.consume(
      'carried',
      (message) => {
        if (taken.push(String(message?.properties.messageId)) >= count) setTimeout(resolve, 500);
      },
      { noAck: true },
    );
  });
  await Promise.race([isAll, pause(10_000)]);
  await connection.close();
  return taken;
}
