// A worker of the product as it was built, with its own trainer, as a process of its own: it kills
// itself when it reaches a step for the n-th time, takes its time, gives results that are not
// valid, and gives them twice. Its settings come as JSON in the environment.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';

process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();

const settings = JSON.parse(process.env.TRAIN_WORKER);
const { root, port, name, queue, plan, delay, bad, doubles } = settings;
const load = (module) => import(`${settings.code}/unbundled/${module}`);
const { startWorker } = await load('harness/work/start.js');
const { readTopology } = await load('file/read-topology.js');
const { readRoles } = await load('topology/roles.js');
const { Secret } = await load('topology/secret.js');
const { openModuleHandler } = await load('harness/trainers/module/module-handler.js');
const { builtInTrainers } = await load('harness/trainers/module/built-in.js');
const { shardDefaults } = await load('harness/data/shard/settings.js');
const { parseTensors } = await load('harness/data/tensors/parse.js');
const { renderTensors } = await load('harness/data/tensors/render.js');
const { readFloats, writeFloats } = await load('harness/data/tensors/floats.js');

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
let trainings = 0;

const own = openModuleHandler({
  module: builtInTrainers.get('perceptron'),
  ...{ worker: name, environment: [], log: () => undefined },
  shards: { ...shardDefaults, roots: [root], cache: join(settings.state, 'cache') },
});

const handler = {
  start: () => own.start(),
  stop: () => own.stop(),
  train: async (task, training) => {
    trainings++;
    say({ training: task.id });
    const [least, most] = delay;
    await sleep(least + Math.random() * (most - least), undefined, { signal: training.signal });
    // Read as a file, so that what it holds can be made of it.
    const trained = await own.train({ ...task, return_parameters: 'location' }, training);
    if (trained.parameters === undefined) return trained;
    const path = join(root, trained.parameters.uri);
    const given = await spoil(path, widen(await readFile(path)), task.id);
    const result = { ...trained, parameters: await give(task, path, given) };
    if (Math.random() < doubles) await publishTwin(task, result);
    return result;
  },
};

/** As float64 with all of its bits in use: only then does a sum depend on its order. */
function widen(bytes) {
  const tensors = new Map();
  for (const [tensor, { shape, ...rest }] of parseTensors(bytes)) {
    const values = readFloats({ shape, ...rest }).map((value) => value * 1.0000001);
    tensors.set(tensor, { dtype: 'F64', shape, data: writeFloats('F64', values) });
  }
  return renderTensors(tensors);
}

let spoiled = 0;
/** Of the n-th training, or of each; whatever the first parameters are, nobody can tell. */
async function spoil(path, bytes, id) {
  if (bad === undefined || id.endsWith('.init')) return { bytes };
  if (bad.nth !== undefined && bad.nth !== trainings) return { bytes };
  const kind = bad.kinds[spoiled++ % bad.kinds.length];
  say({ bad: kind, of: id });
  const tensors = new Map(parseTensors(bytes));
  const bias = tensors.get('output.bias');
  const with_ = (tensor) => ({ bytes: renderTensors(tensors.set('output.bias', tensor)) });
  const cut = bias.data.subarray(0, -8);
  const values = readFloats(bias).fill(NaN, 0, 1);
  switch (kind) {
    case 'shape':
      return with_({ ...bias, shape: [bias.shape[0] - 1], data: cut });
    case 'nan':
      return with_({ ...bias, data: writeFloats('F64', values) });
    case 'missing':
      return { bytes, isMissing: true };
    default:
      return { bytes, sha256: '0'.repeat(64) };
  }
}

async function give(task, path, { bytes, isMissing, sha256 = hash(bytes) }) {
  if (task.return_parameters === 'inline') {
    await rm(path);
    return { inline: bytes.toString('base64'), sha256 };
  }
  await writeFile(path, bytes);
  if (isMissing) await rm(path);
  return { uri: path.slice(root.length + 1), sha256 };
}

let twins;
/** The same result by another way, now and later. */
async function publishTwin(task, { samples, metrics, parameters }) {
  const { id, run, round } = task;
  const { connect } = createRequire(`${settings.code}/package.json`)('amqplib');
  const at = new Date().toISOString();
  const body = {
    ...{ version: 1, task: id, run, round, worker: name, attempt: 1, started_at: at },
    ...{ finished_at: at, samples, metrics, parameters },
    // As the coordinator wrote it.
    task_sha256: hash(JSON.stringify(task)),
  };
  const publish = async () => {
    twins ??= connect(settings.broker).then(async (model) => {
      model.on('error', () => (twins = undefined)).on('close', () => (twins = undefined));
      return model.createConfirmChannel();
    });
    const channel = await twins;
    channel.sendToQueue('results', Buffer.from(JSON.stringify(body)), {
      ...{ messageId: id, type: 'topo.result.v1', persistent: true },
    });
    await channel.waitForConfirms();
    say({ twin: id });
  };
  const forgive = () => (twins = undefined);
  setTimeout(() => void publish().catch(forgive), Math.random() * 400);
  await publish().catch(forgive);
}

let reached = 0;
async function onStep(step, id) {
  if (plan === undefined || (plan.step !== step && plan.step !== `${step} ${id}`)) return;
  if (++reached !== plan.nth) return;
  // What was published just now is on its way to the broker, or not: both must do.
  await sleep(Math.random() < 0.5 ? 0 : 20);
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => undefined);
}

const desired = await readTopology([settings.file], { vars: [], varFiles: [], env: {} });
let worker;
process.on('SIGTERM', () => (worker === undefined ? process.exit(0) : worker.drain()));
worker = await startWorker({
  ...{ roles: readRoles(desired), queue, pool: false, name, handlers: [handler], prefetch: 1 },
  target: {
    ...{ hostname: '127.0.0.1', port, username: 'guest', tls: undefined },
    password: new Secret(settings.password),
  },
  ...{ timeout: 5_000, max_attempts: 20, max_task: 60_000, state: settings.state },
  heartbeat: settings.heartbeat,
  onEvent: (event) => {
    if (['failed', 'warning', 'refused', 'cancelled', 'ending'].includes(event.kind))
      say({ event });
  },
  onStep,
});
say({ working: queue });
const ending = await worker.ended;
say({ ended: ending.kind, error: ending.error?.stack });
process.exit(ending.kind === 'drained' ? 0 : 1);
