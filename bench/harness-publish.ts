// Publishes 1 KiB tasks with confirms through the outbox, against bare amqplib with the same
// window: in one process, and as whole commands.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { readTopology } from '../src/file/read-topology.ts';
import { addressTasks } from '../src/harness/publish/addressing.ts';
import { openInput } from '../src/harness/publish/input.ts';
import { publishTasks } from '../src/harness/publish/publish.ts';
import { parseConnection } from '../src/connection/connection.ts';
import { readRoles } from '../src/topology/roles.ts';
import {
  alternate,
  api,
  harness,
  median,
  renderMedians,
  script,
  time,
  topo,
  type Bench,
} from './bench.ts';
import type { Figure } from './main.ts';
import { publishBare } from './publish-bare.mjs';

const tasks = 20_000;
/** Enough that the start of the process weighs as little as in a long publish. */
const commandTasks = 60_000;
const window = 256;
const rounds = 5;
const worker = 'worker_queue_1';
const topology = new URL('../topology.yaml', import.meta.url).pathname;
const never = new AbortController().signal;

export async function benchPublish(bench: Bench): Promise<Figure[]> {
  await time(topo('apply', topology, '--yes', '--quiet'), bench.env);
  const file = await writeTasks(bench, tasks);
  const long = await writeTasks(bench, commandTasks);
  const whenEmpty = async (run: () => Promise<number>): Promise<number> => {
    await api(bench, 'DELETE', `queues/%2F/${worker}/contents`);
    return run();
  };
  const outbox = join(bench.folder, 'outbox');
  const command = harness(
    'publish',
    long,
    '--topology',
    topology,
    '--to',
    worker,
    '--outbox',
    outbox,
  );
  const times = await alternate(rounds, {
    bare: () => whenEmpty(() => bare(bench)),
    harness: () => whenEmpty(() => inProcess(bench, file, outbox)),
    'bare command': () =>
      whenEmpty(() =>
        time(script('raw-publish.mjs', String(commandTasks), String(window)), bench.env),
      ),
    'harness command': () => whenEmpty(() => time([...command, '--quiet'], bench.env)),
  });
  const figure = (name: string, value: number): Figure => ({
    name,
    value,
    bound: 0.8,
    is: 'at least',
    unit: '',
    detail: renderMedians(times),
  });
  return [
    figure(
      'confirmed publish of 20,000 tasks of 1 KiB: bare amqplib / through the outbox',
      median(times.bare) / median(times.harness),
    ),
    figure(
      '60,000 of them, as whole commands: bare amqplib / topo-harness publish',
      median(times['bare command']) / median(times['harness command']),
    ),
  ];
}

async function writeTasks({ folder }: Bench, count: number): Promise<string> {
  const file = join(folder, `tasks-${count}.jsonl`);
  const lines = Array.from({ length: count }, (_, n) => `${renderTask(n)}\n`);
  await writeFile(file, lines.join(''));
  return file;
}

/** 1 KiB. */
function renderTask(n: number): string {
  const task = { version: 1, id: `t-${n}`, shard: { uri: `shards/${n}` }, labels: { pad: '' } };
  const missing = 1_024 - JSON.stringify(task).length;
  return JSON.stringify({ ...task, labels: { pad: 'x'.repeat(missing) } });
}

async function bare({ env }: Bench): Promise<number> {
  const connection = await connect(env['AMQP_URL'] ?? '');
  try {
    return await publishBare(connection, tasks, window);
  } finally {
    await connection.close();
  }
}

async function inProcess({ env }: Bench, file: string, outbox: string): Promise<number> {
  const roles = readRoles(await readTopology([topology], { vars: [], varFiles: [], env: {} }));
  const input = await openInput(file, process.stdin);
  const addressing = addressTasks(roles, { kind: 'to', worker });
  const target = parseConnection(env, {}).amqp;
  const started = performance.now();
  const { confirmed } = await publishTasks({
    roles,
    window,
    outbox,
    discard: false,
    tasks: { input, addressing },
    link: { target, timeout: 10_000, name: 'bench', heartbeat: 5 },
    stop: never,
    abort: never,
    onSettled: () => undefined,
    onUnnoted: () => undefined,
    onBroken: () => undefined,
    onPublished: () => undefined,
  });
  if (confirmed !== tasks) throw new Error(`${confirmed} confirmed`);
  return (performance.now() - started) / 1_000;
}
