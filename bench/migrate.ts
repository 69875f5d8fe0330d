// Carries over what a classic queue holds to a quorum queue: topo one way, bare amqplib, moving
// each message twice, the other; and how long a flip of bindings takes under a live publisher.
import { connect, type ConfirmChannel } from 'amqplib';
import { parseConnection } from '../src/connection/connection.ts';
import { openBroker } from '../src/management/broker.ts';
import { defaultWaits } from '../src/management/waits.ts';
import { normalizeBinding } from '../src/topology/kinds/binding.ts';
import { normalizeQueue } from '../src/topology/kinds/queue.ts';
import { median, renderMedians, script, time, type Bench } from './bench.ts';
import type { Figure } from './main.ts';

const messages = 100_000;
const bytes = 1_024;
const rounds = 3;
const flips = 30;
/** Messages a second. */
const rate = 500;

/**
 * Seconds that it waits while nothing is moved: until nothing comes to the old queue, and until its
 * consumers are cancelled (before RabbitMQ 4.0).
 */
const between = (defaultWaits.quiet + 500) / 1_000;

export async function benchMigrate({ env }: Bench): Promise<Figure[]> {
  const model = await connect(env['AMQP_URL'] ?? '');
  try {
    const channel = await model.createConfirmChannel();
    return [await migrate(channel, env), await flip(channel, env)];
  } finally {
    await model.close();
  }
}

type Env = Bench['env'];

async function migrate(channel: ConfirmChannel, env: Env): Promise<Figure> {
  const times = { topo: [] as number[], quiet: [] as number[], bare: [] as number[] };
  for (let round = 1; round <= rounds; round++) {
    await declare(channel);
    await fill(channel, 'q');
    const started = performance.now();
    const { lastMoved } = await carryOver(env);
    // Then RabbitMQ is waited for to count the parking queue, which it does every 5 s.
    times.topo.push((lastMoved - started) / 1_000 - between);
    times.quiet.push((performance.now() - lastMoved) / 1_000 + between);
    await channel.deleteQueue('q');
    for (const [name, type] of Object.entries({ from: 'classic', through: 'quorum', to: 'quorum' }))
      await channel.assertQueue(name, { arguments: { 'x-queue-type': type } });
    await fill(channel, 'from');
    const there = await time(script('raw-move.mjs', 'from', 'through'), env);
    times.bare.push(there + (await time(script('raw-move.mjs', 'through', 'to'), env)));
    for (const name of ['from', 'through', 'to']) await channel.deleteQueue(name);
  }
  return {
    name: `carrying over / bare amqplib there and back, ${messages} messages of 1 KiB, classic to quorum`,
    value: median(times.topo) / median(times.bare),
    bound: 1.3,
    unit: '',
    detail: renderMedians(times),
  };
}

async function flip(channel: ConfirmChannel, env: Env): Promise<Figure> {
  const took: number[] = [];
  await declare(channel);
  const publishing = setInterval(() => {
    for (let n = 0; n < rate / 100; n++) channel.publish('x', 'k', Buffer.from('x'));
  }, 10);
  for (let nth = 1; nth <= flips; nth++) {
    took.push((await carryOver(env)).flipMilliseconds);
    await channel.deleteQueue('q');
    await declare(channel);
  }
  clearInterval(publishing);
  return {
    name: `flip of a queue's binding under ${rate} messages/s, the longer of both ways`,
    value: median(took),
    bound: 50,
    unit: ' ms',
    detail: `${flips} queues, at most ${Math.max(...took).toFixed(0)} ms`,
  };
}

async function declare(channel: ConfirmChannel): Promise<void> {
  await channel.assertQueue('q', { arguments: { 'x-queue-type': 'classic' } });
  await channel.assertExchange('x', 'direct');
  await channel.bindQueue('q', 'x', 'k');
}

async function fill(channel: ConfirmChannel, queue: string): Promise<void> {
  const content = Buffer.alloc(bytes, 'x');
  for (let sent = 1; sent <= messages; sent++) {
    channel.sendToQueue(queue, content, { persistent: true, headers: { sent } });
    if (sent % 1_000 === 0) await channel.waitForConfirms();
  }
}

/** `lastMoved`: when the last message was. */
async function carryOver(env: Env): Promise<{ flipMilliseconds: number; lastMoved: number }> {
  let lastMoved = performance.now();
  const broker = openBroker(parseConnection(env, { timeout: 30 }));
  try {
    await broker.readLive(new Set(['/']));
    const queue = (name: string, type: string) => normalizeQueue({ name, type }, '/');
    const binding = normalizeBinding({ source: 'x', destination: 'q', routing_key: 'k' }, '/');
    const carry = {
      parking: queue('q.topo-parking-00000000', 'quorum'),
      drainTimeout: 60_000,
      onMoved: () => (lastMoved = performance.now()),
    };
    const [before, after] = [queue('q', 'classic'), queue('q', 'quorum')];
    const { flipMilliseconds } = await broker.carryOver(before, after, [binding], carry);
    return { flipMilliseconds, lastMoved };
  } finally {
    await broker.close();
  }
}
