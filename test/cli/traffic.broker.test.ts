// Deletes objects while messages flow through them: publishers notice before their messages become
// unroutable.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import type { Ended } from './call.ts';
import { callTopo } from './topo.ts';

let folder = '';
let model: ChannelModel;
let vhost = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-traffic-'));
  vhost = await freshVhost();
  model = await connect(`${broker.amqpUrl}/${vhost}`, { noDelay: true });
});
afterAll(async () => {
  await model.close();
  await rm(folder, { recursive: true });
});

/**
 * Publishes a message every few milliseconds until the exchange is gone; returns the confirmed
 * ones.
 */
async function publishWhileThere(exchange: string): Promise<Set<string>> {
  const channel = await model.createConfirmChannel();
  const confirmed = new Set<string>();
  const gone = new AbortController();
  channel.on('error', () => undefined);
  channel.on('close', () => gone.abort());
  for (let n = 0; !gone.signal.aborted; n++) {
    channel.publish(exchange, 'key', Buffer.from(String(n)), {}, (refused: unknown) => {
      if (refused === null || refused === undefined) confirmed.add(String(n));
    });
    await sleep(20);
  }
  return confirmed;
}

async function consume(queue: string): Promise<Set<string>> {
  const channel = await model.createChannel();
  const consumed = new Set<string>();
  await channel.consume(queue, (message) => {
    if (message === null) return;
    consumed.add(message.content.toString());
    channel.ack(message);
  });
  return consumed;
}

/** A look that finds a message on its way refuses, so topo is asked again, up to twenty times. */
async function applyUntilDone(...args: string[]): Promise<Ended> {
  let ended: Ended;
  let attempt = 1;
  do ended = await callTopo(['apply', ...args, '--yes'], folder, env);
  while (wasRefused(ended) && attempt++ < 20);
  return ended;
}

const wasRefused = ({ code }: Ended): boolean => code === exit.refused || code === exit.partial;

test('every confirmed message is consumed, although exchange and queue are deleted', async () => {
  const kept = { durable: true, auto_delete: false };
  // Its delete waits for a second, so that the other's is long done by then.
  const slow = { name: 'slow', ...kept, arguments: { 'x-queue-type': 'quorum' } };
  const binding = { source: 'way', destination: 'busy', destination_type: 'queue' };
  await api('POST', `definitions/${vhost}`, {
    exchanges: [{ name: 'way', type: 'direct', ...kept, internal: false, arguments: {} }],
    queues: [{ name: 'busy', ...kept, arguments: {} }, slow],
    bindings: [{ ...binding, routing_key: 'key', arguments: {} }],
  });
  const file = join(folder, 'nothing.yaml');
  await writeFile(file, `vhost: ${vhost}\nmanage: all\n`);

  const consumed = await consume('busy');
  const publishing = publishWhileThere('way');
  const disconnect = ['--allow-disconnect', `queues/${vhost}/busy`];
  const ended = await applyUntilDone(file, '--allow-deletes', '4', ...disconnect);

  expect(ended).toMatchObject({ code: exit.done });
  const confirmed = await publishing;
  expect(confirmed.size).toBeGreaterThan(0);
  expect([...confirmed].filter((message) => !consumed.has(message))).toEqual([]);
});
