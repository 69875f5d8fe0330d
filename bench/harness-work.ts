// Measures a task's whole way through topo-harness work (delivered, a handler that does nothing,
// its result confirmed, acked) against bare amqplib, which delivers and acks the same tasks.
//
// For each task the worker consumes one message and publishes one, so the bound compares it with a
// bare process that consumes and publishes as much, with tasks published beforehand. The other
// figure has no bound: a bare publisher runs meanwhile, and the comparison is a bare consumer that
// just acks, which is half the messages, and three processes on two cores.
import { connect, type ChannelModel } from 'amqplib';
import { api, alternate, median, renderMedians, script, type Bench } from './bench.ts';
import type { Figure } from './main.ts';
import { publishBare } from './publish-bare.mjs';
import {
  applyTopology,
  handler,
  startProcess,
  startWorker,
  until,
  type WorkProcess,
} from './work-process.ts';

const tasks = 20_000;
const window = 256;
const rounds = 5;
/** The clock starts after this many results: the start of the process is not the work. */
const warm = 2_000;
const flags = ['--prefetch', '100', '--concurrency', '16', ...handler('train-nothing.mjs')];

export async function benchWork(bench: Bench): Promise<Figure[]> {
  await applyTopology(bench);
  const connection = await connect(bench.env['AMQP_URL'] ?? '');
  const bare = (what: 'ack' | 'report') => () =>
    startProcess(bench, script('raw-work.mjs', String(tasks), what));
  const worker = () => startWorker(bench, 'worker_queue_1', ...flags);
  const emptied = async (run: () => Promise<number>): Promise<number> => {
    for (const queue of ['worker_queue_1', 'ml_results']) {
      await api(bench, 'DELETE', `queues/%2F/${queue}/contents`);
    }
    return run();
  };
  try {
    const times = await alternate(rounds, {
      bare: () => emptied(() => timeMeanwhile(connection, bare('ack'), endOf)),
      harness: () => emptied(() => timeMeanwhile(connection, worker, resultsOf(connection))),
      'bare with results': () => emptied(() => timeBacklog(connection, bare('report'))),
      'harness backlog': () => emptied(() => timeBacklog(connection, worker)),
    });
    const detail = renderMedians(times);
    return [
      {
        name: '18,000 tasks of 1 KiB: bare consume + confirmed publish + ack / task → no-op handler → result → ack',
        value: median(times['bare with results']) / median(times['harness backlog']),
        bound: 0.4,
        is: 'at least',
        unit: '',
        detail,
      },
      {
        name: '20,000 of them, published meanwhile: bare publish + consume + ack / the same, and its results, with topo-harness work',
        value: median(times.bare) / median(times.harness),
        unit: '',
        detail,
      },
    ];
  } finally {
    await connection.close();
  }
}

/** Seconds from the first publish to the end of the last task. */
async function timeMeanwhile(
  connection: ChannelModel,
  start: () => Promise<WorkProcess>,
  isOver: (worker: WorkProcess) => Promise<unknown>,
): Promise<number> {
  const worker = await start();
  try {
    const started = performance.now();
    await Promise.all([publishBare(connection, tasks, window, renderTask), isOver(worker)]);
    const seconds = (performance.now() - started) / 1_000;
    await checkAcked(connection, worker);
    return seconds;
  } finally {
    await worker.kill();
  }
}

/** Seconds for the results of all tasks but the first. */
async function timeBacklog(
  connection: ChannelModel,
  start: () => Promise<WorkProcess>,
): Promise<number> {
  await publishBare(connection, tasks, window, renderTask);
  const worker = await start();
  try {
    const first = await waitForResults(connection, warm);
    const last = await waitForResults(connection, tasks);
    await checkAcked(connection, worker);
    // As many as were there when the clock started, and as there would be after a full run.
    return ((last.at - first.at) / 1_000) * ((tasks - warm) / (last.count - first.count));
  } finally {
    await worker.kill();
  }
}

const endOf = (worker: WorkProcess): Promise<unknown> => worker.finish();

const resultsOf = (connection: ChannelModel) => () => waitForResults(connection, tasks);

async function waitForResults(
  connection: ChannelModel,
  wanted: number,
): Promise<{ at: number; count: number }> {
  const channel = await connection.createChannel();
  try {
    return await until(async () => {
      const { messageCount: count } = await channel.checkQueue('ml_results');
      return count >= wanted ? { at: performance.now(), count } : undefined;
    });
  } finally {
    await channel.close();
  }
}

/** Checks that the worker ends well and has acked everything. */
async function checkAcked(connection: ChannelModel, worker: WorkProcess): Promise<void> {
  const code = await worker.finish();
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue('worker_queue_1');
  await channel.close();
  if (code !== 0 || messageCount > 0) {
    throw new Error(`ended with ${String(code)}, ${messageCount} tasks are left`);
  }
}

/** 1 KiB. */
function renderTask(id: string): Buffer {
  const task = { version: 1, id, hyperparameters: { pad: '' } };
  const missing = 1_024 - JSON.stringify(task).length;
  return Buffer.from(JSON.stringify({ ...task, hyperparameters: { pad: 'x'.repeat(missing) } }));
}
