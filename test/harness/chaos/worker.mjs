// A worker of the product as it was built, as a process of its own, that kills itself when it
// reaches a step for the n-th time. Its settings come as JSON in the environment.
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

let worker;
process.on('SIGTERM', () => (worker === undefined ? process.exit(0) : worker.drain()));

const settings = JSON.parse(process.env.CHAOS_WORKER);
const load = (module) => import(`${settings.code}/unbundled/${module}`);
const { startWorker } = await load('harness/work/start.js');
const { readTopology } = await load('file/read-topology.js');
const { readRoles } = await load('topology/roles.js');
const { Secret } = await load('topology/secret.js');
const { TrainingError } = await load('harness/handler.js');

// Whoever started it holds the other end: it does not outlive them.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();

const desired = await readTopology([settings.file], { vars: [], varFiles: [], env: {} });
const { kill } = settings;
let reached = 0;
let received = 0;

const handler = {
  start: async () => undefined,
  stop: async () => undefined,
  train: async ({ hyperparameters }, { attempt, signal }) => {
    const { kind, milliseconds } = hyperparameters;
    if (milliseconds > 0) await sleep(milliseconds, undefined, { signal });
    if (kind === 'poison') throw new TrainingError('poison', 'no attempt will do');
    if (kind === 'fails_once' && attempt === 1) throw new TrainingError('retryable', 'not today');
    return { samples: 1, metrics: { loss: 0.5 } };
  },
};

async function onStep(step) {
  // A task is handed back only by a worker that ends while others wait.
  if (kill?.step === 'requeued' && step === 'received' && ++received >= kill.nth) worker?.drain();
  if (kill?.step !== step || ++reached < (step === 'requeued' ? 1 : kill.nth)) return;
  // What was published just now is on its way to the broker, or not: both must do.
  await sleep(Math.random() < 0.5 ? 0 : 20);
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
}

worker = await startWorker({
  roles: readRoles(desired),
  queue: settings.queue,
  pool: settings.pool,
  target: {
    hostname: '127.0.0.1',
    port: settings.port,
    username: 'guest',
    password: new Secret(settings.password),
    tls: undefined,
  },
  timeout: 5_000,
  name: `chaos:${process.pid}`,
  handlers: Array.from({ length: settings.concurrency }, () => handler),
  prefetch: settings.prefetch,
  max_attempts: 10,
  max_task: 60_000,
  state: settings.state,
  heartbeat: 1_000,
  amqp_heartbeat: settings.amqp_heartbeat,
  onEvent: (event) => {
    if (
      event.kind === 'connection' &&
      event.state.kind === 'connected' &&
      event.state.generation > 1
    )
      process.stdout.write('reconnected\n');
    if (
      ['warning', 'refused', 'cancelled', 'ending'].includes(event.kind) ||
      event.state?.kind === 'lost'
    )
      process.stderr.write(`${process.pid} ${JSON.stringify(event)}\n`);
  },
  onStep,
});
process.stdout.write('working\n');
const ending = await worker.ended;
if (ending.kind === 'failed') process.stderr.write(`${ending.error.stack}\n`);
process.exit(ending.kind === 'drained' ? 0 : 1);
