// The two topologies as the project ships them, each in a vhost of its own, and what a run asks of
// the broker.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect } from 'amqplib';
import type { TopologyKind } from './options.ts';

const root = new URL('../../../', import.meta.url).pathname;

const files: Readonly<Record<TopologyKind, string>> = {
  plain: 'topology.yaml',
  hardened: 'examples/training/topology.yaml',
};

const common = ['received', 'started', 'trained', 'kept', 'retry_published', 'retry_confirmed'];

/** Those that a task can come to there. */
export const stepsOf: Readonly<Record<TopologyKind, readonly string[]>> = {
  plain: [...common, 'result_written', 'held', 'dead_written', 'acked', 'requeued'],
  hardened: [
    ...common,
    ...['result_published', 'result_confirmed', 'dead_published', 'dead_confirmed'],
    ...['acked', 'requeued'],
  ],
};

/** Only tasks that fail come to these. */
export const rareSteps = new Set([
  ...['retry_published', 'retry_confirmed', 'held'],
  ...['dead_published', 'dead_confirmed', 'dead_written'],
]);

/** Queues that tasks wait in, and that results wait in to be counted. */
export const queuesOf: Readonly<Record<TopologyKind, readonly string[]>> = {
  plain: ['worker_queue_1', 'worker_queue_2', 'worker_queue_3'],
  hardened: [
    ...['worker_queue_1', 'worker_queue_2', 'worker_queue_3', 'ml_pool'],
    ...['ml_retry_1s', 'ml_retry_10s', 'ml_retry_60s'],
    ...['ml_results', 'ml_dead_letters'],
  ],
};

export async function writeTopology(
  kind: TopologyKind,
  vhost: string,
  folder: string,
): Promise<string> {
  const file = join(folder, 'topology.yaml');
  await writeFile(file, `vhost: ${vhost}\n${await readFile(join(root, files[kind]), 'utf8')}`);
  return file;
}

/** With the real program. */
export async function applyTopology(
  code: string,
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const main = join(code, 'unbundled/cli/main.js');
  await promisify(execFile)(process.execPath, [main, 'apply', file, '--yes'], {
    env: { ...process.env, ...environment },
  });
}

/** How many messages are ready in each queue: all there are, where nobody consumes. */
export async function readDepths(
  url: string,
  queues: readonly string[],
): Promise<Map<string, number>> {
  const model = await connect(url);
  model.on('error', () => undefined);
  try {
    const channel = await model.createChannel();
    const depths = new Map<string, number>();
    for (const queue of queues) depths.set(queue, (await channel.checkQueue(queue)).messageCount);
    return depths;
  } finally {
    await model.close();
  }
}
