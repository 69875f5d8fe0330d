// 10,000 tasks of 1 KiB that do nothing, published with confirms and worked on over RabbitMQ:
// topo-harness against Celery with late acks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel } from 'amqplib';
import { alternate, api, harness, median, renderMedians, time, type Bench } from '../bench.ts';
import type { Figure } from '../main.ts';
import { applyTopology, handler } from '../work-process.ts';
import { ask, locate } from './locate.ts';

const tasks = 10_000;
const rounds = 5;
const topology = new URL('../harness.yaml', import.meta.url).pathname;
const app = new URL('celery_app.py', import.meta.url).pathname;

export async function benchCelery(bench: Bench): Promise<Figure[]> {
  const celery = locate('celery', 'CELERY');
  if (celery === undefined) return [];
  console.log(`Celery ${ask(celery, '--version')}`);
  await applyTopology(bench);
  const connection = await connect(bench.env['AMQP_URL'] ?? '');
  try {
    const times = await alternate(rounds, {
      ...(await ownRuns(bench, connection)),
      ...celeryRuns(bench, connection, celery),
    });
    const detail = `${renderMedians(times)}, medians of ${rounds}`;
    const figure = (name: string, other: number, own: number): Figure => ({
      ...{ name: `10,000 tasks of 1 KiB ${name}: Celery / topo`, value: other / own },
      ...{ unit: '', detail },
    });
    const own = median(times['topo work']);
    return [
      figure('published', median(times['celery publish']), median(times['topo publish'])),
      figure('worked on, one process (solo)', median(times['celery solo']), own),
      figure('worked on, two processes', median(times['celery two']), own),
    ];
  } finally {
    await connection.close();
  }
}

/** The tasks that were just published are worked on in the run that follows. */
async function ownRuns(bench: Bench, connection: ChannelModel) {
  const file = join(bench.folder, 'celery-tasks.jsonl');
  const task = JSON.stringify({ hyperparameters: { pad: 'x'.repeat(900) } });
  await writeFile(file, `${task}\n`.repeat(tasks));
  const shared = ['--topology', topology];
  const outbox = ['--outbox', join(bench.folder, 'celery-outbox')];
  const state = join(bench.folder, 'celery-state');
  const flags = ['--prefetch', '100', '--concurrency', '16', ...handler('train-nothing.mjs')];
  return {
    'topo publish': async () => {
      await api(bench, 'DELETE', 'queues/%2F/ml_results/contents');
      const to = ['--to', 'worker_queue_1'];
      return time(harness('publish', file, ...shared, ...outbox, ...to, '--quiet'), bench.env);
    },
    'topo work': async () => {
      await rm(state, { recursive: true, force: true });
      const command = harness('work', 'worker_queue_1', ...shared, '--state', state, ...flags);
      const count = async () => depthOf(connection, 'ml_results');
      return timeWorker(bench, connection, { command, queue: 'worker_queue_1', count });
    },
  };
}

function celeryRuns(bench: Bench, connection: ChannelModel, celery: string) {
  const done = join(bench.folder, 'celery-done');
  const env = { ...bench.env, PYTHONPATH: dirname(app), DONE: done };
  const publish = () => time([join(dirname(celery), 'python'), app, String(tasks)], env);
  const work = async (...pool: string[]): Promise<number> => {
    await rm(done, { force: true });
    const quiet = ['--loglevel', 'ERROR', '--without-gossip', '--without-mingle'];
    const command = [celery, '-A', 'celery_app', 'worker', ...pool, ...quiet];
    const count = async () => (await stat(done).catch(() => ({ size: 0 }))).size;
    return timeWorker({ ...bench, env }, connection, { command, queue: 'celery', count });
  };
  return {
    'celery publish': publish,
    'celery solo': () => work('--pool', 'solo'),
    'celery publish again': publish,
    'celery two': () => work('--pool', 'prefork', '--concurrency', '2'),
  };
}

interface Work {
  readonly command: readonly string[];
  readonly queue: string;
  /** How many tasks are done. */
  readonly count: () => Promise<number>;
}

/** Seconds from the worker's start to its clean end, once all tasks are done. */
async function timeWorker(
  { env }: Bench,
  connection: ChannelModel,
  { command: [program = '', ...args], queue, count }: Work,
): Promise<number> {
  const started = performance.now();
  const worker = spawn(program, args, { env, stdio: 'ignore' });
  const ended = once(worker, 'exit');
  while ((await count()) < tasks) {
    if (worker.exitCode !== null) throw new Error(`${program} ended with ${worker.exitCode}`);
    await sleep(10);
  }
  worker.kill('SIGTERM');
  await ended;
  const seconds = (performance.now() - started) / 1_000;
  const left = await depthOf(connection, queue);
  if (left > 0) throw new Error(`${left} tasks are left in ${queue}`);
  return seconds;
}

async function depthOf(connection: ChannelModel, queue: string): Promise<number> {
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  await channel.close();
  return messageCount;
}
