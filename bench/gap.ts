// Measures how long messages are unroutable while a queue or an exchange is replaced: pipelined
// over AMQP, against request by request over HTTP.
import { connect, type ConfirmChannel } from 'amqplib';
import { parseConnection } from '../src/connection/connection.ts';
import { openBroker } from '../src/management/broker.ts';
import { amqpUrlOf } from '../src/sandbox/sandbox.ts';
import type { Binding, Exchange, Queue } from '../src/topology/object.ts';
import { alternate, median, renderMedians, type Bench } from './bench.ts';
import type { Figure } from './main.ts';

/**
 * The object before and after, and the bindings that take messages from amq.direct to the queue.
 */
interface Case {
  readonly before: Exchange | Queue;
  readonly after: Exchange | Queue;
  readonly bindings: readonly Binding[];
}

const durable = { vhost: '/', name: 'gap', durable: true, auto_delete: false };
const queue: Queue = { ...durable, kind: 'queue', type: 'classic', arguments: new Map() };
const exchange: Exchange = {
  ...durable,
  kind: 'exchange',
  type: 'direct',
  internal: false,
  arguments: new Map(),
};

const bind = (source: string, routing_key: string, more: Partial<Binding> = {}): Binding => ({
  kind: 'binding',
  vhost: '/',
  source,
  destination: 'gap',
  destination_type: 'queue',
  routing_key,
  arguments: new Map(),
  ...more,
});

const ofQueue: Case = {
  before: queue,
  after: { ...queue, arguments: new Map([['x-max-length', 10]]) },
  bindings: ['a', 'b', 'c'].map((key) => bind('amq.direct', key)),
};

/** Messages come through another exchange: a publisher to a deleted one would lose its channel. */
const ofExchange: Case = {
  before: exchange,
  after: { ...exchange, type: 'topic' },
  bindings: [
    bind('amq.direct', 'c', { destination_type: 'exchange' }),
    bind('gap', 'a'),
    bind('gap', 'c'),
  ],
};

export const benchGap = (bench: Bench): Promise<Figure> => measure(bench, 'a queue', ofQueue);
export const benchExchangeGap = (bench: Bench): Promise<Figure> =>
  measure(bench, 'an exchange', ofExchange);

async function measure(bench: Bench, what: string, replacement: Case): Promise<Figure> {
  const nowhere = { ...bench.env, AMQP_URL: 'amqp://127.0.0.1:1' };
  const times = await alternate(15, {
    pipelined: () => gapOf(bench, bench.env, replacement),
    unpipelined: () => gapOf(bench, nowhere, replacement),
  });
  return {
    name: `gap while ${what} with 3 bindings is replaced: pipelined / unpipelined`,
    value: median(times.pipelined) / median(times.unpipelined),
    bound: 1,
    unit: '',
    detail: renderMedians(times),
  };
}

/** Seconds between the first returned message and the last. */
async function gapOf(
  bench: Bench,
  env: NodeJS.ProcessEnv,
  { before, after, bindings }: Case,
): Promise<number> {
  const broker = openBroker(parseConnection(env, {}));
  const connection = await connect(amqpUrlOf(bench.sandbox));
  const channel = await connection.createConfirmChannel();
  try {
    for (const object of new Set([queue, before])) await broker.put(object);
    for (const binding of bindings) await broker.put(binding);
    await broker.readGap();
    const watch = watchForGap(channel);
    await broker.replace(before, after, bindings, 'lose-messages');
    return await watch.end();
  } finally {
    await channel.deleteQueue('gap');
    await channel.deleteExchange('gap');
    await connection.close();
    await broker.close();
  }
}

function watchForGap(channel: ConfirmChannel): { end(): Promise<number> } {
  const returns: number[] = [];
  const over = new AbortController();
  channel.on('return', () => returns.push(performance.now()));
  const watching = (async () => {
    while (!over.signal.aborted) {
      channel.publish('amq.direct', 'c', Buffer.alloc(0), { mandatory: true });
      await channel.waitForConfirms();
    }
  })();
  return {
    async end() {
      over.abort();
      await watching;
      return ((returns.at(-1) ?? 0) - (returns[0] ?? 0)) / 1000;
    },
  };
}
