// Queues with renamed_from on a real broker, with live publishers and consumers: the new queue gets
// every binding and every message of the old one.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel, type ConfirmChannel, type Message } from 'amqplib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { callTopo, startTopo } from './topo.ts';

export let folder = '';
export let vhost = '';
export let file = '';
export let model: ChannelModel;
export let channel: ConfirmChannel;

/** Called by each file that uses the rest. */
export function setUpRenames(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'topo-renamed-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    vhost = await freshVhost();
    file = join(folder, `${vhost}.yaml`);
    model = await connect(`${broker.amqpUrl}/${vhost}`, { noDelay: true });
    channel = await model.createConfirmChannel();
    await channel.assertExchange('events', 'topic');
    return () => model.close();
  });
}

export async function arrange(from: string, to: string): Promise<void> {
  await channel.assertQueue('orders', { arguments: { 'x-queue-type': from } });
  await channel.bindQueue('orders', 'events', 'a.*');
  await channel.bindQueue('orders', 'events', 'b.*', { note: 1 });
  const binding = `bindings: [{ source: events, destination: orders.v2, routing_key: a.* }]`;
  await writeFile(
    file,
    `vhost: ${vhost}\nqueues: [{ name: orders.v2, type: ${to}, renamed_from: orders }]\n${binding}\n`,
  );
}

export const elsewhere = () => mkdtemp(join(folder, 'elsewhere-'));
const topo = async (verb: string, ...flags: string[]) =>
  callTopo([verb, file, ...flags], await elsewhere(), env);
export const apply = (...flags: string[]) => topo('apply', '--yes', ...flags);

type Rows = { name: string; source: string; routing_key: string; arguments: object }[];
export const queues = async () =>
  ((await api('GET', `queues/${vhost}?disable_stats=true`)) as Rows).map(({ name }) => name).sort();
const bindingsOf = async (queue: string) =>
  ((await api('GET', `queues/${vhost}/${queue}/bindings`)) as Rows)
    .filter(({ source }) => source === 'events')
    .map(({ routing_key: key, arguments: args }) => `${key} ${JSON.stringify(args)}`)
    .sort();
const both = ['a.* {}', 'b.* {"note":1}'];

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(50);
}

export async function publish(count: number, from = 0): Promise<void> {
  for (let n = from; n < from + count; n++)
    channel.publish('events', 'a.x', Buffer.from(String(n)), { persistent: true });
  await channel.waitForConfirms();
}

async function read(queue: string, count: number): Promise<string[]> {
  const texts: string[] = [];
  const own = await model.createChannel();
  await own.consume(queue, (message) => {
    if (message === null) return;
    texts.push(message.content.toString());
    own.ack(message);
  });
  await until(() => texts.length >= count);
  await own.close();
  return texts;
}

export function describeRenamed(from: string, to: string): void {
  describe(`a ${from} queue renamed to a ${to} one`, () => {
    test('keeps all its bindings and messages, in their order', async () => {
      await arrange(from, to);
      await publish(300);
      const { code, out } = await apply();
      expect(code, out).toBe(exit.done);
      expect(out).toContain('300 messages moved to orders.v2, once it is bound alike');
      expect(await queues()).toEqual(['orders.v2']);
      expect(await bindingsOf('orders.v2')).toEqual(both);
      expect(await read('orders.v2', 300)).toEqual(
        Array.from({ length: 300 }, (_, n) => String(n)),
      );
      const again = await topo('plan');
      expect(again.out).toContain('nothing to do');
      expect(again.out).not.toContain('warning');
    });

    test('loses nothing of live publishers and consumers', async () => {
      await arrange(from, to);
      const seen = new Set<string>();
      const consume = async (queue: string) => {
        const own = await model.createChannel();
        await own.prefetch(10);
        await own.consume(queue, (message) => {
          if (message === null) return;
          seen.add(message.content.toString());
          setTimeout(() => own.ack(message), 2);
        });
      };
      await consume('orders');
      const published: string[] = [];
      const stopped = new AbortController();
      const publishing = (async () => {
        for (let n = 0; !stopped.signal.aborted; n++) {
          channel.publish('events', n % 2 === 0 ? 'a.x' : 'b.x', Buffer.from(String(n)));
          published.push(String(n));
          await sleep(4);
        }
        await channel.waitForConfirms();
      })();
      await until(() => seen.size > 50);
      const { code, out } = await apply('--drain-timeout', '120');
      stopped.abort();
      await publishing;
      expect(code, out).toBe(exit.done);
      await consume('orders.v2');
      await until(() => published.every((text) => seen.has(text)));
      expect(await queues()).toEqual(['orders.v2']);
    });

    test('goes on where topo was killed, from anywhere', async () => {
      await arrange(from, to);
      await publish(20);
      const held: Message[] = [];
      const own = await model.createChannel();
      await own.prefetch(5);
      await own.consume('orders', (message) => {
        if (message !== null) held.push(message);
      });
      await until(() => held.length === 5);
      const run = startTopo(['apply', file, '--yes'], await elsewhere(), env);
      await until(async () => (await bindingsOf('orders')).length === 0);
      run.child.kill('SIGKILL');
      await run.ended;
      expect(await bindingsOf('orders.v2')).toEqual(both);
      const stuck = await apply('--drain-timeout', '1');
      expect(stuck.out).toContain('is not deleted yet');
      expect(stuck.code).toBe(exit.partial);
      expect(await queues()).toEqual(['orders', 'orders.v2']);
      await own.close();
      const last = await apply();
      expect(last.code, last.out).toBe(exit.done);
      expect(await queues()).toEqual(['orders.v2']);
      const got = new Set(await read('orders.v2', 20));
      expect(got.size).toBe(20);
    });
  });
}
