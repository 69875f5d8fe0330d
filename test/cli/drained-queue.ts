// Queues with on_remove: drain on a real broker, with live publishers and consumers: nothing is
// lost, and what can't be emptied is bound again.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel, type ConfirmChannel, type Message } from 'amqplib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { callTopo, startTopo } from './topo.ts';

let folder = '';
let vhost = '';
let model: ChannelModel;
let channel: ConfirmChannel;
export let file = '';

/** Called by each file that uses the rest. */
export function setUpDrains(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'topo-drain-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    vhost = await freshVhost();
    file = join(folder, `${vhost}.yaml`);
    model = await connect(`${broker.amqpUrl}/${vhost}`, { noDelay: true });
    channel = await model.createConfirmChannel();
    await channel.assertExchange('events', 'topic');
    await channel.assertQueue('stays', { arguments: { 'x-queue-type': 'classic' } });
    return () => model.close();
  });
}

export const owning = (rule: string) =>
  writeFile(
    file,
    `vhost: ${vhost}\nmanage:\n  queues: [{ match: 'work*', on_remove: ${rule} }]\nqueues: [{ name: stays, type: classic }]\n`,
  );
export const elsewhere = () => mkdtemp(join(folder, 'elsewhere-'));
const topo = async (verb: string, ...flags: string[]) =>
  callTopo([verb, file, ...flags], await elsewhere(), env);
export const apply = (...flags: string[]) => topo('apply', '--yes', ...flags);

export async function declareWork(type: string): Promise<void> {
  await channel.assertQueue('work', { arguments: { 'x-queue-type': type } });
  await channel.bindQueue('work', 'events', 'a.*');
  await channel.bindQueue('work', 'events', 'b.*', { note: 1 });
}

export async function publish(count: number): Promise<void> {
  for (let n = 0; n < count; n++) channel.publish('events', 'a.x', Buffer.from(String(n)));
  await channel.waitForConfirms();
}

type Rows = { name: string; source: string; routing_key: string; arguments: object }[];
export const queues = async () =>
  ((await api('GET', `queues/${vhost}?disable_stats=true`)) as Rows).map(({ name }) => name).sort();
export const bindings = async () =>
  ((await api('GET', `queues/${vhost}/work/bindings`)) as Rows)
    .filter(({ source }) => source !== '')
    .map(({ routing_key: key, arguments: args }) => `${key} ${JSON.stringify(args)}`)
    .sort();
export const asBefore = ['a.* {}', 'b.* {"note":1}'];

export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(50);
}

/** Takes messages and holds them until it is released. */
export async function hold(): Promise<{ held: Message[]; release: () => void }> {
  const held: Message[] = [];
  let isReleased = false;
  const own = await model.createChannel();
  await own.consume('work', (message) => {
    if (message === null) return;
    if (isReleased) own.ack(message);
    else held.push(message);
  });
  const release = (): void => {
    isReleased = true;
    for (const message of held) own.ack(message);
  };
  return { held, release };
}

/** Publishes until it is stopped; returns what was confirmed and not returned as unroutable. */
function publishOn(): { stop: () => Promise<Set<string>> } {
  const routed = new Set<string>();
  const returned = new Set<string>();
  const stopped = new AbortController();
  channel.on('return', (message: Message) => returned.add(message.content.toString()));
  const publishing = (async () => {
    for (let n = 0; !stopped.signal.aborted; n++) {
      const text = String(n);
      channel.publish(
        'events',
        'a.x',
        Buffer.from(text),
        { mandatory: true },
        (refused: unknown) => {
          if (refused === null || refused === undefined) routed.add(text);
        },
      );
      await sleep(5);
    }
    await channel.waitForConfirms();
    return new Set([...routed].filter((text) => !returned.has(text)));
  })();
  return {
    stop: () => {
      stopped.abort();
      return publishing;
    },
  };
}

export function describeDrained(type: string): void {
  describe(`a ${type} queue that is drained`, () => {
    test('is emptied by its consumers while publishers go on: nothing is lost', async () => {
      await declareWork(type);
      await owning('drain');
      await publish(200);
      const consumed = new Set<string>();
      const own = await model.createChannel();
      await own.prefetch(20);
      const consume = () =>
        own.consume('work', (message) => {
          if (message === null) return;
          consumed.add(message.content.toString());
          setTimeout(() => own.ack(message), 5);
        });
      await consume();
      const publisher = publishOn();
      await until(() => consumed.size > 200);
      const { code, out } = await apply('--drain-timeout', '120');
      const routed = await publisher.stop();
      expect(code, out).toBe(exit.done);
      expect(out).toMatch(/drained first: .*message.*, 1 consumer, 2 bindings/);
      expect(await queues()).toEqual(['stays']);
      expect(routed.size).toBeGreaterThan(0);
      expect([...routed].filter((text) => !consumed.has(text))).toEqual([]);
      expect((await topo('plan')).out).toContain('nothing to do');
    });

    test('stays, bound as before, if a consumer keeps a message', async () => {
      await declareWork(type);
      await owning('drain');
      await publish(1);
      const { held } = await hold();
      await until(() => held.length === 1);
      const { code, out } = await apply('--drain-timeout', '1');
      expect(out).toContain(
        'stays: 1 message (1 of them unacknowledged) is still there after 1 s\n      stop the consumers that hold it; or give them longer: --drain-timeout',
      );
      expect(out).toContain('nothing was written');
      expect(code).toBe(exit.refused);
      expect(await bindings()).toEqual(asBefore);
      expect(await queues()).toEqual(['stays', 'work']);
    });

    test('is bound again by the next run, from anywhere, if topo was killed', async () => {
      await declareWork(type);
      await owning('drain');
      await publish(3);
      const { held, release } = await hold();
      await until(() => held.length === 3);
      const run = startTopo(['apply', file, '--yes'], await elsewhere(), env);
      await until(async () => (await bindings()).length === 0);
      run.child.kill('SIGKILL');
      await run.ended;
      const seen = await topo('plan');
      expect(seen.out).toContain('bindings/');
      const again = await apply('--drain-timeout', '1');
      expect(again.out).toContain('are still there after 1 s');
      expect(await bindings()).toEqual(asBefore);
      expect(await queues()).toEqual(['stays', 'work']);
      release();
      const last = await apply('--drain-timeout', '60');
      expect(last.code, last.out).toBe(exit.done);
      expect(await queues()).toEqual(['stays']);
    });

    test('stays if somebody binds it meanwhile', async () => {
      await declareWork(type);
      await owning('drain');
      await publish(1);
      const { held, release } = await hold();
      await until(() => held.length === 1);
      const run = startTopo(['apply', file, '--yes'], await elsewhere(), env);
      await until(async () => (await bindings()).length === 0);
      await channel.bindQueue('work', 'events', 'c.*');
      release();
      const { code, out } = await run.ended;
      expect(out).toContain('stays: 1 binding was made since the plan');
      expect(code).not.toBe(exit.done);
      expect(await bindings()).toEqual([...asBefore, 'c.* {}']);
    });

    test('is refused if it holds messages and has no consumer', async () => {
      await declareWork(type);
      await owning('drain');
      await publish(2);
      const { code, out } = await apply();
      expect(out).toContain(
        `refused: 2 messages and no consumer that would take them, so it can't be drained\n      start a consumer, move what it holds with topo move, or topo apply --allow-message-loss queues/${vhost}/work`,
      );
      expect(code).toBe(exit.refused);
      expect((await apply('--allow-message-loss', `queues/${vhost}/work`)).code).toBe(exit.done);
    });
  });
}
