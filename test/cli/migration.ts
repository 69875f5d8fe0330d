// Replaces a queue in use: a publisher confirms each message, workers go on, and a real topo apply
// changes the queue's type or arguments. Then all is worked off and accounted for.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import type { Random } from '../../src/harness/random.ts';
import { api, broker, env } from '../broker.ts';
import type { Fared } from '../faults.ts';
import {
  publishBacklog,
  startPublisher,
  startWorker,
  type Worker,
} from '../management/live-traffic.ts';
import type { Delivery } from '../management/numbered-messages.ts';
import { accountForAll, type Figures, type Got } from './migration-account.ts';
import { startTopo } from './topo.ts';
import { watchFlips } from './watched-flips.ts';

type Shape = Readonly<Record<string, string | number>>;

const [classic, quorum] = [{}, { 'x-queue-type': 'quorum' }];
const length = { 'x-max-length': 2_000_000 };
const deadLetters = { 'x-dead-letter-exchange': 'amq.fanout' };

/** The arguments before and after. */
const changes = {
  'classic → quorum': [classic, quorum],
  'quorum → classic': [quorum, classic],
  'classic, + x-max-length': [classic, length],
  'classic, − x-max-length': [length, classic],
  'classic, + x-dead-letter-exchange': [classic, deadLetters],
  'classic, − x-dead-letter-exchange': [deadLetters, classic],
  'quorum, + x-max-length': [quorum, { ...quorum, ...length }],
  'quorum, − x-max-length': [{ ...quorum, ...length }, quorum],
  'quorum, + x-dead-letter-exchange': [quorum, { ...quorum, ...deadLetters }],
  'quorum, − x-dead-letter-exchange': [{ ...quorum, ...deadLetters }, quorum],
} as const satisfies Record<string, readonly [Shape, Shape]>;

export type Change = keyof typeof changes;
export const everyChange = Object.keys(changes) as Change[];

export interface Migration {
  readonly change: Change;
  /** Messages that are published before. */
  readonly backlog: number;
  /** How many in all, at least. */
  readonly messages: number;
  readonly workers: number;
  readonly prefetch: number;
  /** Milliseconds that a worker takes for a message. */
  readonly takes: number;
  /** Messages a second that are published meanwhile: 1,000 by default. */
  readonly rate?: number;
}

/** `messages`: in all, at least. */
export function drawMigration(random: Random, change: Change, messages: number): Migration {
  const draw = <One>(from: readonly One[]): One =>
    from[Math.floor(random.uniform() * from.length)] as One;
  return {
    ...{ change, messages, backlog: Math.floor(messages * random.uniform()) },
    ...{ workers: draw([0, 1, 3]), prefetch: draw([1, 20, 200]), takes: draw([0, 5, 20]) },
  };
}

const [queue, exchange, key] = ['orders', 'shop', 'orders.new'];
/** Two match the key; the last two are not in the file, nor is the exchange. */
const bound = ['orders.*', 'orders.#', 'returns'];

interface Where {
  readonly vhost: string;
  readonly folder: string;
  /** Which message on its way to the parking queue meets a cut of its connection. */
  readonly cutAt?: number | undefined;
  /** What to run instead of what was built. */
  readonly code?: string | undefined;
}

export interface Migrated extends Fared {
  readonly figures: Figures;
}

export async function migrate(one: Migration, where: Where): Promise<Migrated> {
  const { vhost, cutAt, code } = where;
  const { rate = 1_000 } = one;
  const file = await setUp(one, where);
  await publishBacklog(vhost, { exchange, key }, one.backlog);
  const flips = await watchFlips(broker.amqpUrl, { queue, exchange, cutAt });
  const got: (Delivery & { worker: number | undefined; nth: number })[] = [];
  const start = (worker?: number): Promise<Worker> =>
    startWorker(vhost, queue, {
      ...(worker === undefined ? { prefetch: 1_000 } : one),
      onDelivery: (delivery) => got.push({ ...delivery, worker, nth: got.length }),
    });
  const workers = await Promise.all(Array.from({ length: one.workers }, (_, nth) => start(nth)));
  const publisher = await startPublisher(vhost, { exchange, key, rate, first: one.backlog + 1 });
  await until(() => publisher.confirmed > rate / 4);
  const begun = got.length;
  const through = new URL(broker.amqpUrl);
  through.port = String(flips.port);
  const args = ['apply', file, '--yes', '--replace', `queues/${vhost}/${queue}`];
  const topo = startTopo(args, where.folder, { ...env, AMQP_URL: through.href }, { code });
  const { code: ended, out, err } = await topo.ended;
  flips.close();
  if (ended !== 0) await finish(args, where);
  await until(() => workers.every(({ interrupted }) => interrupted > 0) || ended !== 0);
  const interrupted = workers.map((worker) => worker.interrupted);
  const enough = Math.max(one.messages - one.backlog, publisher.confirmed + rate / 4);
  await until(() => publisher.confirmed >= enough);
  const confirmed = await publisher.stop();
  await Promise.all(workers.map((worker) => worker.stop()));
  const rest = await start();
  await untilIdle(vhost, () => got.length, one.backlog + confirmed.size);
  await rest.stop();

  const isFromOld = (delivery: (typeof got)[number]): boolean =>
    delivery.nth >= begun &&
    delivery.worker !== undefined &&
    delivery.interrupted < (interrupted[delivery.worker] ?? 0);
  const figures = accountForAll({
    confirmed: new Set([...Array.from({ length: one.backlog }, (_, n) => n + 1), ...confirmed]),
    spanOf: (n) => publisher.spanOf(n),
    got: got.map((delivery): Got => ({ ...delivery, isFromOld: isFromOld(delivery) })),
    flips: flips.flips,
  });
  const { lost, altered, strays, misplaced, late, mayBeLate } = figures;
  const wrong = [
    ...(ended === 0 ? [] : [`apply ended with ${ended}: ${out}${err}`]),
    ...(out.includes('carried over') ? [] : ['nothing was carried over']),
    ...Object.entries({ lost, altered, returned: publisher.returned, strays, misplaced }).flatMap(
      ([what, count]) => (count === 0 ? [] : [`${count} ${what}`]),
    ),
    ...(late > mayBeLate && one.workers === 0 ? [`${late} late, not at most ${mayBeLate}`] : []),
    ...interrupted.flatMap((times) => (times > 0 ? [] : ['a worker was not cancelled'])),
    ...(await differences(one, vhost)),
  ];
  return { ended: one.change, wrong, figures };
}

/** What waits in a parking queue is not lost: the next run goes on. */
async function finish(args: readonly string[], { folder, code }: Where): Promise<void> {
  for (let run = 1; run <= 3; run++) {
    const { code: ended } = await startTopo(args, folder, env, { code }).ended;
    if (ended === 0) return;
  }
}

async function setUp({ change }: Migration, { vhost, folder }: Where): Promise<string> {
  const [before, after] = changes[change];
  await api('PUT', `exchanges/${vhost}/${exchange}`, { type: 'topic', durable: true });
  await api('PUT', `queues/${vhost}/${queue}`, { durable: true, arguments: before });
  for (const routing_key of bound)
    await api('POST', `bindings/${vhost}/e/${exchange}/q/${queue}`, { routing_key });
  const file = join(folder, `${vhost}.yaml`);
  const desired = {
    vhost,
    queues: [{ name: queue, arguments: after }],
    bindings: [{ source: exchange, destination: queue, routing_key: bound[0] }],
  };
  await writeFile(file, JSON.stringify(desired));
  return file;
}

/** What is not as it has to be once the queue is replaced. */
async function differences({ change }: Migration, vhost: string): Promise<string[]> {
  const listed = async <Row>(path: string): Promise<Row[]> => (await api('GET', path)) as Row[];
  const queues = await listed<{ name: string; arguments: Shape }>(`queues/${vhost}`);
  const exchanges = await listed<{ name: string }>(`exchanges/${vhost}`);
  const from = `exchanges/${vhost}/${exchange}/bindings/source`;
  const bindings = await listed<{ destination: string; routing_key: string }>(from);
  const [, after] = changes[change];
  const wanted = { 'x-queue-type': 'classic', ...after };
  const found = {
    'x-queue-type': 'classic',
    ...queues.find(({ name }) => name === queue)?.arguments,
  };
  const text = (shape: Shape): string => JSON.stringify(Object.entries(shape).sort());
  const keys = bindings.map(({ destination, routing_key }) => `${destination} ${routing_key}`);
  const left = [...queues, ...exchanges].filter(({ name }) => name.includes('topo'));
  return [
    ...(text(found) === text(wanted) ? [] : [`the queue is ${text(found)}`]),
    ...(keys.sort().join() ===
    bound
      .map((one) => `${queue} ${one}`)
      .sort()
      .join()
      ? []
      : [`bound are ${keys.join()}`]),
    ...left.map(({ name }) => `${name} is left`),
  ];
}

/** Milliseconds. */
const [pause, patience] = [20, 120_000];

async function until(isThere: () => boolean): Promise<void> {
  const end = performance.now() + patience;
  while (!isThere() && performance.now() < end) await sleep(pause);
}

/**
 * Until the queue is empty and no message has come for a while: for long if some are missing, since
 * a busy quorum queue counts as empty.
 */
async function untilIdle(vhost: string, count: () => number, all: number): Promise<void> {
  const model = await connect(`${broker.amqpUrl}/${vhost}`);
  const channel = await model.createChannel();
  let [before, idle] = [-1, 0];
  while (idle < (before < all ? 20 : 1)) {
    await sleep(500);
    const { messageCount } = await channel.checkQueue(queue);
    const isIdle = messageCount === 0 && count() === before;
    idle = isIdle ? idle + 1 : 0;
    before = count();
  }
  await model.close();
}
