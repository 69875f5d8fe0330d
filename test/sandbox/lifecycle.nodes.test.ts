// Runs commands in a sandbox, and starts, kills, stops and restarts it. Each test makes sure that
// it runs, whatever an earlier one left.
import { once } from 'node:events';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Installation } from '../../src/sandbox/find.ts';
import { readSandbox, readSandboxes } from '../../src/sandbox/record.ts';
import { runInSandbox } from '../../src/sandbox/run.ts';
import { readState, type State } from '../../src/sandbox/runner.ts';
import { amqpUrlOf, endpointOf, type Runner, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox, stopSandbox } from '../../src/sandbox/stop.ts';
import { killNode } from '../erlang.ts';
import { testInWhole } from '../sample.ts';
import { brokerOf } from '../broker-of.ts';
import { api } from '../broker.ts';
import { startCommand } from './command.ts';
import { nobody, writeFormerRecord } from './former-record.ts';
import { readDescendants, readListeners } from './listeners.ts';
import { readInstallation, sandboxRoot } from './root.ts';

/** Asks for the vhost `kept` with the method in its argument, and fails if the broker does. */
const askForVhost = `
  const { RABBITMQ_ENDPOINT, RABBITMQ_USERNAME, RABBITMQ_PASSWORD } = process.env;
  const authorization = 'Basic ' + btoa(RABBITMQ_USERNAME + ':' + RABBITMQ_PASSWORD);
  fetch(RABBITMQ_ENDPOINT + '/api/vhosts/kept', { method: process.argv[1], headers: { authorization } })
    .then(({ ok }) => process.exit(ok ? 0 : 1));
`;

/** Of the first Node tells by an event, of the others by throwing. */
const notThere = [
  ['/nowhere/program', 'ENOENT'],
  ['/dev/null/program', 'ENOTDIR'],
  ['', 'ERR_INVALID_ARG_VALUE'],
] as const;

const perQueue = 100;

let root: string;
let installation: Installation;

const start = async (progress?: (line: string) => void): Promise<Sandbox> =>
  startSandbox({ root, name: 'demo', installation, ...(progress && { progress }) });
const run = async (command: string, args: readonly string[]): Promise<number> =>
  runInSandbox(command, args, { root, name: 'demo', installation });
const ask = (method: string) => run(process.execPath, ['-e', askForVhost, method]);

/** An older sandbox: kills a start of it that is waiting, and starts it again. */
let told: { launched: Runner; found: Sandbox };
beforeAll(async () => {
  root = await sandboxRoot();
  installation = await readInstallation();
  const folder = join(root, 'demo');
  const read = async () => (await readSandbox(folder)) ?? expect.unreachable();
  await mkdir(folder, { mode: 0o700 });
  await writeFormerRecord(folder, { kind: 'local', node: nobody, epmd: nobody });
  const command = startCommand(['start', root, 'demo']);
  const { runner: launched } = await vi.waitUntil(
    async () => {
      const sandbox = await read();
      return sandbox.desired === 'running' && sandbox;
    },
    { timeout: 20_000, interval: 20 },
  );
  command.kill('SIGKILL');
  await once(command, 'exit');
  told = { launched, found: await start() };
}, 120_000);
afterAll(async () => {
  for (const left of await readSandboxes(root)) await deleteSandbox(left);
});

test('a start finds the node of a start that was killed while waiting', async () => {
  expect(told.found.runner).toEqual(told.launched);
  expect((await fetch(endpointOf(await start()))).status).toBe(200);
});

test('a start of a running sandbox says so and starts nothing', async () => {
  const sandbox = await start();
  const said: string[] = [];
  expect(await start((line) => said.push(line))).toEqual(sandbox);
  expect(said).toEqual(['sandbox demo is running already']);
});

test('a sandbox listens on its own ports, on loopback only', async () => {
  const sandbox = await start();
  const listeners = readListeners(processesOf(sandbox));
  const ports = listeners.map((address) => address.split(':').at(-1));
  const addresses = listeners.map((address) => address.replace(/:\d+$/, ''));
  expect(new Set(ports)).toEqual(new Set(Object.values(sandbox.ports).map(String)));
  expect(addresses.filter((address) => address !== '127.0.0.1' && address !== '[::1]')).toEqual([]);
});

test("only its owner may read a sandbox's folder", async () => {
  expect((await stat((await start()).folder)).mode & 0o777).toBe(0o700);
});

test('an older sandbox keeps the name that its data is bound to', async () => {
  const sandbox = await start();
  expect(await readNames(sandbox)).toMatchObject({ node: 'topo-demo@localhost' });
  expect(await readSandbox(sandbox.folder)).toMatchObject({ nodeName: 'topo-demo@localhost' });
});

test('an older sandbox keeps the password of its data, and a wrong one is reported', async () => {
  const { folder, password } = await start();
  expect(password).toBe('guest');
  const file = join(folder, 'password');
  await writeFile(file, '0'.repeat(48), { mode: 0o600 });
  await expect(start()).rejects.toMatchObject({
    message: `sandbox demo runs, but not with the password in ${file}`,
    hint: 'put that file back from a copy, or begin again: topo sandbox stop --delete --name demo',
  });
  await writeFile(file, 'sesame');
  await expect(start()).rejects.toThrow(`${file} is not what topo wrote there`);
  await rm(file);
  expect(await start()).toMatchObject({ password });
});

test('a running sandbox runs on after a command, with the data of earlier ones', async () => {
  const sandbox = await start();
  expect(await ask('PUT')).toBe(0);
  expect(await ask('GET')).toBe(0);
  for (const [command, code] of notThere) {
    await expect(run(command, [])).rejects.toMatchObject({
      message: `${command} can't be run: ${code}`,
      hint: 'name an existing, executable program',
    });
  }
  expect(await readState(sandbox)).toBe('running');
  expect(await start()).toEqual(sandbox);
});

describe('killed, and started twice at once while another program has its port', () => {
  let before: Sandbox;
  let names: Names;
  let queues: readonly string[];
  let state: State;
  let outcomes: PromiseSettledResult<Sandbox>[];
  const said: string[] = [];
  const readPlugins = () => readFile(join(before.folder, 'enabled_plugins'), 'utf8');
  const winner = () =>
    outcomes.find((outcome) => outcome.status === 'fulfilled')?.value ?? expect.unreachable();

  beforeAll(async () => {
    before = await start();
    names = await readNames(before);
    queues = await publishTasks(before, 'killed');
    expect(await readPlugins()).toBe('[rabbitmq_management].\n');
    await killNode(before);
    state = await readState(before);
    await writeFile(
      join(before.folder, 'enabled_plugins'),
      '% by hand\n[\n  rabbitmq_consistent_hash_exchange ].\n',
    );
    const thief = createServer().listen(before.ports.amqp, '127.0.0.1');
    await once(thief, 'listening');
    const tell = (line: string) => said.push(line);
    outcomes = await Promise.allSettled([start(tell), start(tell)]);
    thief.close();
  }, 120_000);

  test('it is found to have crashed', () => {
    expect(state).toBe('crashed');
    expect(said).toEqual([
      'sandbox demo ended without being stopped; its data is kept',
      'starting RabbitMQ as sandbox demo',
    ]);
  });

  test('one of the starts wins, on another port', () => {
    const losers = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(losers.map(({ reason }) => reason as unknown)).toMatchObject([
      {
        message: `another command (pid ${process.pid}) is starting or stopping the sandbox demo`,
        hint: 'wait for it, or use another name',
      },
    ]);
    const { ports } = winner();
    expect(ports).toEqual({ ...before.ports, amqp: expect.any(Number) as number });
    expect(ports.amqp).not.toBe(before.ports.amqp);
  });

  test('it still has its messages', async () => {
    expect(await readDepths(await start(), queues)).toEqual(queues.map(() => perQueue));
  });

  test('it has the same name, and so has its cluster', async () => {
    expect(await readNames(await start())).toEqual(names);
  });

  test('it has the enabled plugins, among them the management plugin', async () => {
    const overview = await api('GET', 'overview', undefined, brokerOf(await start()));
    const { exchange_types: types } = overview as { exchange_types: { name: string }[] };
    expect(types.map(({ name }) => name)).toContain('x-consistent-hash');
    expect(await readPlugins()).toBe('[rabbitmq_management,rabbitmq_consistent_hash_exchange].\n');
  });
});

async function stop(sandbox: Sandbox): Promise<void> {
  const processes = processesOf(sandbox);
  expect(processes.length).toBeGreaterThan(2);
  expect(await stopSandbox(sandbox)).toBe(true);
  // A stopped sandbox differs from a crashed one.
  expect(await Promise.all((await readSandboxes(root)).map(readState))).toEqual(['stopped']);
  expect(await stopSandbox(sandbox)).toBe(false);
  await expect.poll(() => processes.every((pid) => !readDescendants(pid).includes(pid))).toBe(true);
}

testInWhole(
  'a node that was stopped comes back with every message, on its ports, under its name',
  { meta: { slow: 'a node boots' } },
  async () => {
    const before = await start();
    const names = await readNames(before);
    const queues = await publishTasks(before, 'stopped');
    await stop(before);
    const again = await start();
    expect(again.ports).toEqual(before.ports);
    expect(await readDepths(again, queues)).toEqual(queues.map(() => perQueue));
    expect(await readNames(again)).toEqual(names);
  },
);

testInWhole(
  'a stopped sandbox is stopped again after a command, which has the data of earlier ones',
  { meta: { slow: 'a node boots' } },
  async () => {
    const sandbox = await start();
    expect(await ask('PUT')).toBe(0);
    await stop(sandbox);
    expect(await ask('GET')).toBe(0);
    expect(await Promise.all((await readSandboxes(root)).map(readState))).toEqual(['stopped']);
  },
);

test('a stop leaves no process behind', async () => {
  await stop(await start());
});

describe('a boot that fails', () => {
  let folder: string;
  let failed: Sandbox;
  let failure: unknown;
  beforeAll(async () => {
    folder = join(await sandboxRoot(), 'open');
    await mkdir(folder, { mode: 0o700 });
    await writeFile(join(folder, '.erlang.cookie'), 'SECRET', { mode: 0o644 });
    const starting = startSandbox({ root: join(folder, '..'), name: 'open', installation });
    failure = await starting.catch((error: unknown) => error);
    failed = (await readSandbox(folder)) ?? expect.unreachable();
  });

  test('ends with the reason and the place of the log', () => {
    expect(failure).toMatchObject({
      message: `RabbitMQ did not start as sandbox open: Cookie file ${folder}/.erlang.cookie must be accessible by owner only`,
      hint: `its whole log is in ${join(folder, 'node.log')}`,
    });
    expect(processesOf(failed)).toEqual([]);
  });

  test('leaves a sandbox that can be deleted: it is gone with its folder', async () => {
    await deleteSandbox(failed);
    expect(await readSandboxes(join(folder, '..'))).toEqual([]);
    await expect(stat(folder)).rejects.toThrow('ENOENT');
  });
});

function processesOf({ runner }: Sandbox): number[] {
  if (runner.kind !== 'local') throw new Error('these tests are about processes');
  return [...readDescendants(runner.node.pid), ...readDescendants(runner.epmd.pid)];
}

interface Names {
  readonly node: string;
  readonly cluster_name: string;
}

async function readNames(sandbox: Sandbox): Promise<Names> {
  const overview = await api('GET', 'overview', undefined, brokerOf(sandbox));
  const { node, cluster_name } = overview as Names;
  return { node, cluster_name };
}

/** To three queues, whose names it gives. */
async function publishTasks(sandbox: Sandbox, prefix: string): Promise<readonly string[]> {
  const queues = [1, 2, 3].map((n) => `${prefix}_worker_queue_${n}`);
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
  return queues;
}

async function readDepths(sandbox: Sandbox, queues: readonly string[]): Promise<number[]> {
  const connection = await connect(amqpUrlOf(sandbox));
  const channel = await connection.createChannel();
  channel.on('error', () => undefined); // the check itself is rejected
  const checks = await Promise.all(queues.map((queue) => channel.checkQueue(queue)));
  await connection.close();
  return checks.map(({ messageCount }) => messageCount);
}
