// How long messages find no way while a queue is replaced, over AMQP in one go, against over HTTP request by request.
import { connect, type ConfirmChannel } from 'amqplib';
import { openBroker } from '../src/management/broker.ts';
import { parseConnection } from '../src/management/connection.ts';
import type { Binding, Queue } from '../src/topology/object.ts';
import { amqpUrlOf } from '../src/sandbox/sandbox.ts';
import { alternate, median, renderMedians, type Bench } from './bench.ts';
import type { Figure } from './main.ts';

const queue: Queue = {
  kind: 'queue',
  vhost: '/',
  name: 'gap',
  type: 'classic',
  durable: true,
  auto_delete: false,
  arguments: new Map(),
};

const bindings: Binding[] = ['a', 'b', 'c'].map((routing_key) => ({
  kind: 'binding',
  vhost: '/',
  source: 'amq.direct',
  destination: 'gap',
  destination_type: 'queue',
  routing_key,
  arguments: new Map(),
}));

export async function benchGap(bench: Bench): Promise<Figure> {
  const nowhere = { ...bench.env, AMQP_URL: 'amqp://127.0.0.1:1' };
  const times = await alternate(15, {
    pipelined: () => gapOf(bench, bench.env),
    unpipelined: () => gapOf(bench, nowhere),
  });
  return {
    name: 'gap while a queue with 3 bindings is replaced: pipelined / unpipelined',
    value: median(times.pipelined) / median(times.unpipelined),
    bound: 1,
    unit: '',
    detail: renderMedians(times),
  };
}

/** Seconds between the first message that was returned and the first that was not. */
async function gapOf(bench: Bench, env: NodeJS.ProcessEnv): Promise<number> {
  const broker = openBroker(parseConnection(env, {}));
  const connection = await connect(amqpUrlOf(bench.sandbox));
  const channel = await connection.createConfirmChannel();
  try {
    await broker.put(queue);
    for (const binding of bindings) await broker.bind(binding);
    await broker.readGap();
    const watch = watchForGap(channel);
    await broker.replace(
      queue,
      { ...queue, arguments: new Map([['x-max-length', 10]]) },
      bindings,
      'lose-messages',
    );
    return await watch.end();
  } finally {
    await channel.deleteQueue('gap');
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
