// Apply reports the messages lost: the delete's own count, and whether it exceeds the consent.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ChannelModel } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy } from '../proxy.ts';
import { callTopo } from './topo.ts';

let folder = '';
let vhost = '';
let model: ChannelModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-receipt-'));
  vhost = await freshVhost();
  model = await connect(`${broker.amqpUrl}/${vhost}`);
});
afterAll(async () => {
  await model.close();
  await rm(folder, { recursive: true });
});

async function publish(queue: string, count: number): Promise<void> {
  const channel = await model.createConfirmChannel();
  for (let n = 0; n < count; n++) channel.sendToQueue(queue, Buffer.from(String(n)));
  await channel.waitForConfirms();
}

test('the plan showed one message, and 5,001 went at the last moment: 6, with the count', async () => {
  await api('PUT', `queues/${vhost}/full`, { durable: true });
  await publish('full', 1);
  const file = join(folder, 'topology.yaml');
  const declared = `{ name: full, arguments: { x-max-length: 5 } }`;
  await writeFile(file, `vhost: ${vhost}\nqueues: [${declared}]\n`);
  const { hostname, port } = new URL(broker.amqpUrl);
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  const env = {
    RABBITMQ_ENDPOINT: broker.endpoint,
    RABBITMQ_USERNAME: broker.username,
    RABBITMQ_PASSWORD: broker.password,
    AMQP_URL: `amqp://127.0.0.1:${proxy.port}`,
  };
  // queue.delete is method 40 of class 50.
  const isCounted = proxy.blackHoleBefore(/\x00\x32\x00\x28\x00\x00\x04full/);
  const flags = ['--yes', '--allow-message-loss', `queues/${vhost}/full`, '--report', 'run.json'];
  const applying = callTopo(['apply', file, ...flags], folder, env);
  await isCounted;
  await publish('full', 5000);
  proxy.restore();

  const { code, out } = await applying;
  expect(code).toBe(exit.partial);
  expect(out).toContain(
    `replace queue full: failed: queues/${vhost}/full was replaced with 5,001 messages: you agreed to 11, more came in at the last moment\n      5,001 messages lost\n`,
  );
  const run: unknown = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'));
  expect(run).toMatchObject({
    outcomes: [{ kind: 'failed', lost_messages: { kind: 'counted', ready: 5001, unacked: 0 } }],
    unreached: [],
  });
  await proxy.close();
});

test('a message arrives at the last moment and the queue stays: nothing was written, so exit 4', async () => {
  await api('PUT', `queues/${vhost}/own.late`, { durable: true });
  const file = join(folder, 'late.yaml');
  await writeFile(file, `vhost: ${vhost}\nmanage: { queues: [own.*] }\n`);
  const { hostname, port } = new URL(broker.amqpUrl);
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  const env = {
    RABBITMQ_ENDPOINT: broker.endpoint,
    RABBITMQ_USERNAME: broker.username,
    RABBITMQ_PASSWORD: broker.password,
    AMQP_URL: `amqp://127.0.0.1:${proxy.port}`,
  };
  const isLooked = proxy.blackHoleBefore(/\x00\x32\x00\x28\x00\x00\x08own\.late/);
  const applying = callTopo(['apply', file, '--yes', '--allow-deletes', '1'], folder, env);
  await isLooked;
  await publish('own.late', 1);
  proxy.restore();

  const { code, out } = await applying;
  expect(out).toContain(`own.late stays: it holds 1 message`);
  expect(out).toMatch(/^Apply: nothing was written, 1 failed in /m);
  expect(code).toBe(exit.refused);
  await proxy.close();
});
