// A worker as it was built, as a process of its own, that kills itself at a named step. Its
// settings come as JSON in the environment.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../../unbundled/topology/secret.js';
import { readTopology } from '../../../unbundled/file/read-topology.js';
import { TrainingError } from '../../../unbundled/harness/handler.js';
import { startWorker } from '../../../unbundled/harness/work/start.js';
import { readRoles } from '../../../unbundled/topology/roles.js';

/** `killAt`: such as `kept task-1`. */
const { file, state, amqpUrl, killAt } = JSON.parse(process.env.WORKER_SETTINGS);
const { hostname, port, username, password } = new URL(amqpUrl);

/**
 * As that of trainer.ts, and `crash-…` ends the worker, once it is on record that the task was
 * begun.
 */
const trainer = {
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
  train: async ({ id }, { attempt }) => {
    const [what, number] = id.split('-');
    if (what === 'retryable' && attempt <= Number(number))
      throw new TrainingError('retryable', 'not today');
    if (what === 'poison') throw new TrainingError('poison', 'never');
    if (what === 'crash') {
      while (!(await isOnRecord(id))) await sleep(20);
      process.kill(process.pid, 'SIGKILL');
    }
    return { samples: 1 };
  },
};

async function isOnRecord(id) {
  const line = JSON.stringify({ kind: 'started', id });
  const found = await readdir(state, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((one) => join(one.parentPath, one.name));
  const texts = await Promise.all(files.map((one) => readFile(one, 'utf8').catch(() => '')));
  return texts.some((text) => text.includes(line));
}

const topology = await readTopology([file], { vars: [], varFiles: [], env: {} });
const worker = await startWorker({
  roles: readRoles(topology),
  queue: 'w1',
  pool: false,
  target: { hostname, port: Number(port), username, password: new Secret(password) },
  timeout: 5_000,
  name: `process:${process.pid}`,
  handlers: [trainer],
  prefetch: 3,
  max_attempts: 3,
  max_task: 60_000,
  state,
  heartbeat: 1_000,
  onEvent: (event) => {
    if (event.kind === 'started') process.stdout.write(`started ${event.id}\n`);
  },
  onStep: async (step, id) => {
    if (killAt !== `${step} ${id}`) return;
    // What was published just now is on its way to the broker, or not: both must do.
    await sleep(Math.random() < 0.5 ? 0 : 20);
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  },
});
await worker.ended;
