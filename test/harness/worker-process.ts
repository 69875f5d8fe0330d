// A worker as a process of its own, that kills itself at a named step. Its settings come as JSON in the environment.
import { readTopology } from '../../src/file/read-topology.ts';
import { startWorker } from '../../src/harness/work/start.ts';
import { readRoles } from '../../src/topology/roles.ts';
import { targetOf } from './target.ts';
import { makeTrainer } from './trainer.ts';

export interface WorkerProcessSettings {
  readonly file: string;
  readonly amqpUrl: string;
  readonly state: string;
  readonly max_attempts: number;
  /** Such as `kept task-1`; a step alone is the first of any task. */
  readonly killAt: string;
}

const settings = JSON.parse(process.env['WORKER_SETTINGS'] ?? '{}') as WorkerProcessSettings;
const desired = await readTopology([settings.file], { vars: [], varFiles: [], env: {} });
const trainer = makeTrainer();
const worker = await startWorker({
  ...{ roles: readRoles(desired), queue: 'w1', pool: false, target: targetOf(settings.amqpUrl) },
  ...{ timeout: 5_000, name: `process:${process.pid}`, handlers: [trainer], prefetch: 3 },
  ...{ max_attempts: settings.max_attempts, max_task: 60_000, state: settings.state },
  heartbeat: 1_000,
  onEvent: (event) => {
    if (event.kind === 'started') process.stdout.write(`started ${event.id}\n`);
  },
  onStep: async (step, id) => {
    if (settings.killAt !== step && settings.killAt !== `${step} ${id}`) return;
    // What was published just now is on its way to the broker, or not: both must do.
    await new Promise((resolve) => setTimeout(resolve, Math.random() < 0.5 ? 0 : 20));
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  },
});
process.on('SIGTERM', () => worker.drain());
process.stdout.write('working\n');
await worker.ended;
