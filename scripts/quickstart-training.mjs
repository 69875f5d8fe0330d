// The part of the quickstart where workers train: thirty tasks, three workers, and one of them is killed on the way.
// Imports only what comes with node.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const program = 'dist/cli/harness/main.js';
const example = 'examples/first-tasks';
const queues = ['worker_queue_1', 'worker_queue_2', 'worker_queue_3'];
const patience = 60_000;

export const publishing = `publish ${example}/tasks.jsonl --round-robin`;
const working = (queue) => `work ${queue} --handler ${example}/train.mjs`;
/** `state`: the folder of outbox and results. Throws where a worker ends by itself, or a task has no result in time. */
export async function train(state, { narrate, show, isInterrupted }) {
  const ids = readLines(join(example, 'tasks.jsonl')).map(({ id }) => id);
  const workers = new Map();
  const start = (queue) => {
    show(`npx topo-harness ${working(queue)} &`);
    workers.set(queue, startWorker(queue, state));
  };
  const until = async (isEnough) => {
    const deadline = Date.now() + patience;
    while (!isEnough(readResults(state))) {
      if (isInterrupted()) throw new Error('interrupted');
      const ended = [...workers].find(([, worker]) => worker.exitCode !== null);
      if (ended) throw new Error(`the worker of ${ended[0]} ended: ${ended[1].said}`);
      if (Date.now() > deadline) throw new Error('the tasks were not done in time');
      await sleep(50);
    }
  };
  try {
    for (const queue of queues) start(queue);
    await until((results) => results.length >= ids.length / 3);
    narrate(`${readResults(state).length} of ${ids.length} are done. What if a worker dies?`);
    show(`kill -9 ${workers.get(queues[0]).pid}`);
    await end(workers.get(queues[0]), 'SIGKILL');
    narrate('Its tasks are in its queue again. It comes back, and goes on.');
    start(queues[0]);
    await until((results) => ids.every((id) => results.some(({ task }) => task === id)));
  } finally {
    await Promise.all([...workers.values()].map((worker) => end(worker, 'SIGTERM')));
  }
  return summarize(ids, readResults(state));
}

function startWorker(queue, state) {
  const args = [program, ...working(queue).split(' '), '--state', state, '--log-level', 'warn'];
  const worker = spawn(execPath, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  worker.said = '';
  worker.stderr.on('data', (chunk) => {
    worker.said += chunk;
  });
  return worker;
}

async function end(worker, signal) {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  worker.kill(signal);
  await once(worker, 'exit');
}

/** The seed's topology has no results queue: each worker writes its results to a file. */
function readResults(state) {
  const folder = join(state, 'results');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => readLines(join(folder, file)));
}

/** A last line without its end is still being written. */
function readLines(file) {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

function summarize(ids, results) {
  const done = new Set(results.map(({ task }) => task)).size;
  const losses = results.map(({ metrics }) => metrics.loss);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  return `${done} of ${ids.length} tasks are done, mean loss ${mean.toExponential(2)}.`;
}
