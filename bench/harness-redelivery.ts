// Measures how long a task of a killed worker takes to reach the handler of a waiting worker.
import { connect } from 'amqplib';
import { api, median, type Bench } from './bench.ts';
import type { Figure } from './main.ts';
import {
  applyTopology,
  handler,
  publishTasks,
  startWorker,
  until,
  type WorkProcess,
} from './work-process.ts';

const rounds = 10;
const flags = handler('train-marked.mjs');

export async function benchRedelivery(bench: Bench): Promise<Figure[]> {
  await applyTopology(bench);
  const figures: Figure[] = [];
  for (const [queue, what] of [
    ['worker_queue_1', "a worker's queue, classic"],
    ['ml_pool', 'the pool, quorum'],
  ] as const) {
    const waits = await measure(bench, queue);
    figures.push({
      name: `redelivery to a waiting worker's handler after SIGKILL (${what})`,
      value: median(waits),
      bound: 250,
      unit: ' ms',
      detail: `${rounds} kills, the worst ${Math.max(...waits)} ms`,
    });
  }
  return figures;
}

/** Milliseconds. Each worker that takes over the task is killed next. */
async function measure(bench: Bench, queue: string): Promise<number[]> {
  await api(bench, 'DELETE', `queues/%2F/${queue}/contents`);
  const connection = await connect(bench.env['AMQP_URL'] ?? '');
  let holder = await startWorker(bench, queue, ...flags);
  const waits: number[] = [];
  try {
    await publishTasks(connection, queue, { ids: ['held'], milliseconds: 600_000 });
    await startOf(holder);
    for (let round = 0; round < rounds; round++) {
      const killed = holder;
      holder = await startWorker(bench, queue, ...flags);
      const at = Date.now();
      await killed.kill();
      waits.push((await startOf(holder)) - at);
    }
    return waits;
  } finally {
    await holder.kill();
    await connection.close();
  }
}

const startOf = (worker: WorkProcess): Promise<number> =>
  until(async () => (await worker.marks('started'))[0]);
