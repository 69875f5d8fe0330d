// The training part of the quickstart: three workers learn to read digits, and one is killed on the
// way. Imports only what comes with node.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../dist/cli/harness/main.js', import.meta.url));
const example = 'examples/digits';
/** A copy of the example; only the run's folder stays. */
const folder = '.topo/quickstart-training';
const names = ['one', 'two', 'three'];
/** Kills a worker this many milliseconds after the line. */
const killedAfter = /^round 2 closed/;
const intoTheRound = 150;

/**
 * `run` and `topo` start programs; `interrupted` rejects. Throws if a program or a worker ends
 * unexpectedly.
 */
export async function train({ narrate, show, run, topo, interrupted }) {
  rmSync(folder, { recursive: true, force: true });
  narrate('Drawn digits to learn from: six shards, whatever the number of workers.');
  show(`cp -r ${example} ${folder} && cd ${folder}`);
  cpSync(example, folder, { recursive: true, filter: isPartOfExample });
  await run(execPath, ['generate.mjs'], { shown: 'node generate.mjs', cwd: folder });
  narrate(
    'A queue for each worker, one for results, an exchange on which workers say how they are.',
  );
  await topo('apply topology.yaml --yes', { cwd: folder });
  const workers = [];
  try {
    narrate('Three workers, each with a small neural network to train.');
    for (const name of names) workers.push(startWorker(name, workers.length + 1, show));
    narrate('Round by round each shard is trained on, and the results become one model.');
    return await coordinate(workers, { narrate, show, interrupted });
  } finally {
    await Promise.all(workers.map((worker) => end(worker, 'SIGTERM')));
    cleanUp();
  }
}

function startWorker(name, number, show) {
  const args = `work digits_worker_${number} --trainer perceptron --name ${name} --state .topo-harness/${name}`;
  show(`npx topo-harness ${args} &`);
  const worker = start([...args.split(' '), '--log-level', 'warn'], ['ignore', 'ignore', 'pipe']);
  worker.said = '';
  worker.stderr.on('data', (chunk) => {
    worker.said += chunk;
  });
  return worker;
}

/** Returns the model's score and the path of the report. */
async function coordinate(workers, { narrate, show, interrupted }) {
  show('npx topo-harness train longer.yaml');
  const coordinator = start(['train', 'longer.yaml'], ['ignore', 'pipe', 'pipe']);
  const closed = once(coordinator, 'close');
  let printed = '';
  coordinator.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  let killing;
  createInterface({ input: coordinator.stderr }).on('line', (line) => {
    console.log(line);
    if (!killedAfter.test(line)) return;
    killing = setTimeout(() => kill(workers[0], { narrate, show }), intoTheRound);
  });
  try {
    const [code, by] = await Promise.race([closed, interrupted, ...workers.map(mustGoOn)]);
    console.log(printed.trimEnd());
    if (code !== 0) throw new Error(`topo-harness train: exit ${by ?? code}, not 0`);
    if (!workers[0].isKilled) throw new Error('the training ended before its worker was killed');
  } finally {
    clearTimeout(killing);
    await end(coordinator, 'SIGTERM');
  }
  return outcomeOf(printed);
}

function kill(worker, { narrate, show }) {
  narrate(
    'The first worker is in the midst of a shard. What if it dies, and nobody brings it back?',
  );
  show(`kill -9 ${worker.pid}`);
  worker.isKilled = true;
  worker.kill('SIGKILL');
  console.log();
}

/** Settles only if the worker ends by itself. */
async function mustGoOn(worker) {
  const [code, by] = await once(worker, 'exit');
  if (!worker.isKilled) throw new Error(`a worker ended (${by ?? code}): ${worker.said}`);
  return new Promise(() => undefined);
}

function outcomeOf(printed) {
  const accuracy = /^ {2}evaluated .*\baccuracy ([\d.]+)/m.exec(printed)?.[1];
  const report = /^ {2}report +(.+)$/m.exec(printed)?.[1];
  if (!accuracy || !report || !existsSync(join(folder, report))) {
    throw new Error('the training did not say what it came to');
  }
  return { accuracy: Number(accuracy), report: join(folder, report) };
}

/** In a group of its own, so that a Ctrl-C reaches it in its turn. */
function start(args, stdio) {
  return spawn(execPath, [program, ...args], { cwd: folder, stdio, detached: true });
}

async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

/** Leaves out what an earlier run by hand left there. */
function isPartOfExample(path) {
  return !/^(data|results|runs|\.)/.test(relative(example, path));
}

function cleanUp() {
  for (const name of readdirSync(folder)) {
    if (name !== 'runs') rmSync(join(folder, name), { recursive: true, force: true });
  }
}
