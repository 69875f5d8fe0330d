// A coordinator of the product as it was built, as a process of its own: at the n-th time that it
// reaches a named step it kills itself, or tells and waits until it may go on. Its settings come as
// JSON in the environment.
import process from 'node:process';
import { join } from 'node:path';

// Whoever started it holds the other end: it does not outlive them.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL'));
let goOn = () => undefined;
process.stdin.on('data', () => goOn());

const settings = JSON.parse(process.env.TRAIN_COORDINATOR);
const { run, root, port, job, shards, evaluation, plans, amqp_heartbeat } = settings;
const load = (module) => import(`${settings.code}/unbundled/${module}`);
const { readTopology } = await load('file/read-topology.js');
const { readRoles } = await load('topology/roles.js');
const { Secret } = await load('topology/secret.js');
const { conduct } = await load('harness/train/shell/conduct.js');
const { courseOf, optimizerOf } = await load('harness/train/job/course.js');
const { stores } = await load('harness/data/stores/stores.js');
const { isRunOver } = await load('harness/train/run/list-runs.js');
const { ParameterThreads } = await load('harness/train/parameters/threads.js');
const { withRunFolder } = await load('harness/train/run/run-folder.js');

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const stop = new globalThis.AbortController();
process.on('SIGTERM', () => stop.abort());

const reached = new Map();
function isReached(plan) {
  reached.set(plan, (reached.get(plan) ?? 0) + 1);
  return reached.get(plan) === plan.nth;
}

async function onStep(step, of) {
  const name = `${step} ${of.slice(of.startsWith(`${run}.`) ? run.length + 1 : 0)}`;
  const plan = plans.find((one) => (one.step === step || one.step === name) && isReached(one));
  if (plan === undefined) return;
  if (plan.how === 'kill') {
    // Written before it dies, as a pipe is written to at once.
    say({ at: step, of });
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  }
  const going = new Promise((resolve) => (goOn = resolve));
  say({ at: step, of });
  await going;
}

const runs = join(root, 'runs');
const roles = readRoles(await readTopology([settings.file], { vars: [], varFiles: [], env: {} }));
const work = new ParameterThreads();
const request = {
  work,
  ...{ runs, run, job, resume: settings.resume, initial: undefined },
  resolve: () => Promise.resolve({ shards, evaluation }),
};
try {
  const { ending } = await withRunFolder(request, (folder) =>
    conduct(
      {
        ...{ job, folder, roles, results: roles.results, events: roles.events, roots: [root] },
        target: {
          ...{ hostname: '127.0.0.1', port, username: 'guest', tls: undefined },
          password: new Secret(settings.password),
        },
        ...{ timeout: 5_000, amqp_heartbeat, optimizer: optimizerOf(job), onStep },
        course: courseOf(job, { run, shards: folder.shards.length, heartbeat: settings.heartbeat }),
        tasks: {
          ...{ run, shards: folder.shards, evaluation: folder.evaluation, seed: job.seed },
          ...{ local_steps: job.local_steps, store: stores[job.store.kind], salt: folder.salt },
          hyperparameters: job.model.hyperparameters,
        },
        isOver: (other) => isRunOver(runs, other),
        onStatus: () => undefined,
        onTimeline: (entry) => say({ entry }),
        onWarning: (warning) => say({ warning }),
      },
      stop.signal,
    ),
  );
  say({ ending: { kind: ending.kind, reason: ending.reason ?? ending.error?.message } });
  process.exitCode = ending.kind === 'finished' ? 0 : 1;
} catch (error) {
  say({ refused: error.message });
  process.exitCode = 3;
}
await work.close();
process.stdin.destroy();
