// RabbitMQ says that a quorum queue is empty if its leader does not answer within 250 ms: topo does
// not believe that, and deletes nothing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectTo, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countQueue } from '../../src/amqp/count.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { sandboxEnvironment } from '../../src/sandbox/sandbox.ts';
import { atEnd } from '../at-end.ts';
import { brokerOf } from '../broker-of.ts';
import { takeNode } from '../broker.ts';
import { evaluate } from '../erlang.ts';
import { callTopo } from './topo.ts';

let node: Sandbox;
let folder: string;
let model: ChannelModel;
let channel: ConfirmChannel;
beforeAll(async () => {
  node = await takeNode();
  folder = await mkdtemp(join(tmpdir(), 'topo-busy-'));
  model = await connect(brokerOf(node).amqpUrl);
  channel = await model.createConfirmChannel();
  for (const name of ['q', 'busy'])
    await channel.assertQueue(name, { arguments: { 'x-queue-type': 'quorum' } });
  for (let n = 0; n < 3; n++) channel.sendToQueue('q', Buffer.from('x'));
  await channel.waitForConfirms();
  await writeFile(join(folder, 'topology.yaml'), 'manage: { queues: q }\n');
}, 60_000);
afterAll(async () => {
  await model.close();
  await rm(folder, { recursive: true });
});

test('a queue whose leader is busy is not deleted as an empty one', async () => {
  await evaluate(node, "sys:suspend('%2F_q')");
  const applied = await callTopo(
    ['apply', '--yes', '--allow-deletes', '1', '--timeout', '5'],
    folder,
    sandboxEnvironment(node),
  );
  await evaluate(node, "sys:resume('%2F_q')");
  expect(applied).toMatchObject({ code: 4 });
  expect(applied.out).toContain('does not answer');
  expect((await channel.checkQueue('q')).messageCount).toBe(3);
});

test('the empty queue of a far broker is', async () => {
  await channel.purgeQueue('q');
  const milliseconds = { there: 150, back: 150 };
  const port = await openFarRelay(Number(new URL(brokerOf(node).amqpUrl).port), milliseconds);
  const env = { ...sandboxEnvironment(node), AMQP_URL: `amqp://127.0.0.1:${port}` };
  const applied = await callTopo(['apply', '--yes', '--allow-deletes', '1'], folder, env);
  expect(applied).toMatchObject({ code: 0 });
  expect(applied.out).toContain('1 deleted');
});

test('a queue whose leader is busy is not empty while the way there is slow for once', async () => {
  for (let n = 0; n < 3; n++) channel.sendToQueue('busy', Buffer.from('x'));
  await channel.waitForConfirms();
  const slow = { there: 0, back: 0 };
  const port = await openFarRelay(Number(new URL(brokerOf(node).amqpUrl).port), slow);
  const far = new URL(brokerOf(node).amqpUrl);
  far.port = String(port);
  const other = await connect(far.href);
  atEnd(() => other.close());
  const over = await other.createChannel();
  expect(await countQueue(over, 'busy')).toMatchObject({ ready: 3 });
  await evaluate(node, "sys:suspend('%2F_busy')");
  const counting = countQueue(over, 'busy');
  // The question has passed by then, and RabbitMQ still waits for the leader.
  await sleep(100);
  slow.there = 300;
  await expect(counting).rejects.toThrow('does not answer in time');
  await evaluate(node, "sys:resume('%2F_busy')");
});

interface Delay {
  there: number;
  back: number;
}

/** What it passes on takes so many milliseconds, either way. */
async function openFarRelay(to: number, delay: Delay): Promise<number> {
  const relay = createServer((near) => {
    const far = connectTo(to, '127.0.0.1');
    const pass = (from: Socket, other: Socket, way: keyof Delay): void => {
      from.on('data', (bytes) => setTimeout(() => other.write(bytes), delay[way]));
      from.on('close', () => other.destroy()).on('error', () => other.destroy());
    };
    pass(near, far, 'there');
    pass(far, near, 'back');
  });
  atEnd(() => relay.close());
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  return (relay.address() as AddressInfo).port;
}
