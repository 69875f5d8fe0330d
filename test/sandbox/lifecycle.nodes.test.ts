// The life of one sandbox, told in order: each test goes on where the one before it ended.
import { once } from 'node:events';
import { chmod, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Installation } from '../../src/sandbox/find.ts';
import { readSandbox, readSandboxes } from '../../src/sandbox/record.ts';
import { readState } from '../../src/sandbox/runner.ts';
import { amqpUrlOf, endpointOf, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox, killSandbox, stopSandbox } from '../../src/sandbox/stop.ts';
import { startCommand } from './command.ts';
import { readInstallation, sandboxRoot } from './root.ts';
import { readDescendants, readListeners } from './listeners.ts';

const queues = ['worker_queue_1', 'worker_queue_2', 'worker_queue_3'];
const perQueue = 100;

let root: string;
let installation: Installation;
let sandbox: Sandbox;

const start = async (progress?: (line: string) => void): Promise<Sandbox> =>
  startSandbox({ root, name: 'demo', installation, ...(progress && { progress }) });

beforeAll(async () => {
  root = await sandboxRoot();
  installation = await readInstallation();
});

afterAll(async () => {
  for (const left of await readSandboxes(root)) await deleteSandbox(left);
});

test('a start finds the node of a command that was killed while it waited', async () => {
  const command = startCommand('start', root, 'demo');
  const record = await vi.waitUntil(() => readSandbox(join(root, 'demo')), { timeout: 20_000 });
  command.kill('SIGKILL');
  await once(command, 'exit');
  sandbox = await start();
  expect(sandbox.runner).toEqual(record.runner);
  expect((await fetch(endpointOf(sandbox))).status).toBe(200);
});

test('a start of a running sandbox says so and starts nothing', async () => {
  const said: string[] = [];
  expect(await start((line) => said.push(line))).toEqual(sandbox);
  expect(said).toEqual(['sandbox demo is running already']);
});

test('a sandbox listens on its own ports, on loopback only', () => {
  const listeners = readListeners(processesOf(sandbox)).map((address) => address.split(':').at(-1));
  const addresses = readListeners(processesOf(sandbox)).map((address) =>
    address.replace(/:\d+$/, ''),
  );
  expect(new Set(listeners)).toEqual(new Set(Object.values(sandbox.ports).map(String)));
  expect(addresses.filter((address) => address !== '127.0.0.1' && address !== '[::1]')).toEqual([]);
});

test('only its owner may look into the folder of a sandbox', async () => {
  expect((await stat(sandbox.folder)).mode & 0o777).toBe(0o700);
});

test('a node that was killed is found to have crashed, and comes back with every message', async () => {
  await publishTasks();
  await killSandbox(sandbox);
  expect(await readState(sandbox)).toBe('crashed');
  const said: string[] = [];
  const again = await start((line) => said.push(line));
  expect(again.ports).toEqual(sandbox.ports);
  expect(await readDepths()).toEqual(queues.map(() => perQueue));
  expect(said).toEqual([
    'sandbox demo ended without being stopped: its data is kept',
    'starting RabbitMQ as sandbox demo',
  ]);
  sandbox = again;
});

test('a stop leaves no process behind', async () => {
  const processes = processesOf(sandbox);
  expect(processes.length).toBeGreaterThan(2);
  expect(await stopSandbox(sandbox)).toBe(true);
  await vi.waitUntil(() => processes.every((pid) => !readDescendants(pid).includes(pid)));
  expect(await readSandboxes(root)).toHaveLength(1);
  expect(await stopSandbox(sandbox)).toBe(false);
});

test('a stopped sandbox is told from a crashed one', async () => {
  const [stopped] = await readSandboxes(root);
  expect(stopped && (await readState(stopped))).toBe('stopped');
});

test('of two starts at once, one wins, on other ports where its own is taken by now', async () => {
  const thief = createServer().listen(sandbox.ports.amqp, '127.0.0.1');
  await once(thief, 'listening');
  const outcomes = await Promise.allSettled([start(), start()]);
  thief.close();
  const losers = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(losers.map(({ reason }) => reason as unknown)).toMatchObject([
    {
      message: `another command (pid ${process.pid}) is starting or stopping the sandbox demo`,
      hint: 'wait for it, or use another name',
    },
  ]);
  const [winner] = outcomes.filter((outcome) => outcome.status === 'fulfilled');
  expect(winner?.value.ports).toEqual({ ...sandbox.ports, amqp: expect.any(Number) as number });
  expect(winner?.value.ports.amqp).not.toBe(sandbox.ports.amqp);
  sandbox = winner?.value ?? sandbox;
  expect(await readDepths()).toEqual(queues.map(() => perQueue));
});

test('a boot that fails ends with the reason and the place of the log', async () => {
  await killSandbox(sandbox);
  const cookie = join(sandbox.folder, '.erlang.cookie');
  await chmod(cookie, 0o644);
  await expect(start()).rejects.toMatchObject({
    message: `RabbitMQ did not start as sandbox demo: Cookie file ${cookie} must be accessible by owner only`,
    hint: `all that it said is in ${join(sandbox.folder, 'node.log')}`,
  });
  expect(processesOf(sandbox)).toEqual([]);
});

test('a deleted sandbox is gone with its folder', async () => {
  await deleteSandbox(sandbox);
  expect(await readSandboxes(root)).toEqual([]);
  await expect(stat(sandbox.folder)).rejects.toThrow('ENOENT');
});

function processesOf({ runner }: Sandbox): number[] {
  if (runner.kind !== 'local') throw new Error('these tests are about processes');
  return [...readDescendants(runner.node.pid), ...readDescendants(runner.epmd.pid)];
}

async function publishTasks(): Promise<void> {
  const connection = await connect(amqpUrlOf(sandbox));
  const channel = await connection.createConfirmChannel();
  for (const queue of queues) {
    await channel.assertQueue(queue, { durable: true });
    for (let task = 0; task < perQueue; task++) {
      channel.sendToQueue(queue, Buffer.from(`task ${task}`), { persistent: true });
    }
  }
  await channel.waitForConfirms();
  await connection.close();
}

async function readDepths(): Promise<number[]> {
  const connection = await connect(amqpUrlOf(sandbox));
  const channel = await connection.createChannel();
  const checks = await Promise.all(queues.map((queue) => channel.checkQueue(queue)));
  await connection.close();
  return checks.map(({ messageCount }) => messageCount);
}
