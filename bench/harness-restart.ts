// Measures how soon work goes on once a killed broker's port is open again.
import { connect as connectTo } from 'node:net';
import { connect } from 'amqplib';
import { findRabbitmq } from '../src/sandbox/find.ts';
import { installRabbitmq } from '../src/sandbox/install.ts';
import { amqpUrlOf, sandboxEnvironment, type Sandbox } from '../src/sandbox/sandbox.ts';
import { startSandbox } from '../src/sandbox/start.ts';
import { deleteSandbox, killSandbox } from '../src/sandbox/stop.ts';
import { median, type Bench } from './bench.ts';
import type { Figure } from './main.ts';
import {
  applyTopology,
  handler,
  publishTasks,
  startWorker,
  until,
  type WorkProcess,
} from './work-process.ts';

const rounds = 5;
/** More than all rounds can do. */
const tasks = 3_000;
const queues = { worker_queue_1: "a worker's queue, classic", ml_pool: 'the pool, quorum' };
const names = Object.keys(queues) as (keyof typeof queues)[];

export async function benchRestart(bench: Bench): Promise<Figure[]> {
  const installation = (await findRabbitmq(process.env)) ?? (await installRabbitmq());
  const start = (): Promise<Sandbox> =>
    startSandbox({ root: bench.folder, name: 'restart', installation });
  let sandbox = await start();
  const workers: WorkProcess[] = [];
  const waits: number[][] = names.map(() => []);
  try {
    const env = { ...bench.env, ...sandboxEnvironment(sandbox) };
    await prepare(sandbox, env);
    for (const queue of names) {
      const flags = handler('train-marked.mjs');
      workers.push(await startWorker({ folder: bench.folder, env }, queue, ...flags));
    }
    for (let round = 0; round < rounds; round++) {
      const { amqp } = sandbox.ports;
      await Promise.all(workers.map((worker) => firstAfter(worker, Date.now())));
      await killSandbox(sandbox);
      const [opened, again] = await Promise.all([opening(amqp), start()]);
      sandbox = again;
      if (again.ports.amqp !== amqp) throw new Error('the broker came back on another port');
      for (const [n, worker] of workers.entries()) {
        waits[n]?.push(((await firstAfter(worker, opened)) - opened) / 1_000);
      }
    }
  } finally {
    for (const worker of workers) await worker.kill();
    await deleteSandbox(sandbox);
  }
  return names.map((queue, n) => figureOf(queues[queue], waits[n] ?? []));
}

const figureOf = (what: string, waits: readonly number[]): Figure => ({
  name: `from the open port to the first task done, after the broker was killed (${what})`,
  value: median(waits),
  bound: 2,
  unit: ' s',
  detail: `${rounds} restarts, the longest ${Math.max(...waits).toFixed(2)} s`,
});

async function prepare(sandbox: Sandbox, env: Bench['env']): Promise<void> {
  await applyTopology({ env });
  const connection = await connect(amqpUrlOf(sandbox));
  const ids = Array.from({ length: tasks }, (_, n) => `t-${n}`);
  for (const queue of names) await publishTasks(connection, queue, { ids, milliseconds: 20 });
  await connection.close();
}

/** Milliseconds since 1970 at which it first accepted a connection. */
const opening = (port: number): Promise<number> =>
  until(
    () =>
      new Promise((resolve) => {
        const socket = connectTo({ port, host: '127.0.0.1' });
        const answer = (at: number | undefined) => () => {
          socket.destroy();
          resolve(at);
        };
        socket.once('connect', () => answer(Date.now())());
        socket.once('error', answer(undefined));
      }),
  );

/** When the worker first finished a task after that moment. */
const firstAfter = (worker: WorkProcess, moment: number): Promise<number> =>
  until(async () => (await worker.marks('done')).find((at) => at > moment));
