// The main job in a minute, from a fresh clone: npm run quickstart [-- --keep]
// Imports only what comes with node, for there may be no node_modules yet.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { chdir, env, execPath, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { train } from './quickstart-training.mjs';

chdir(fileURLToPath(new URL('..', import.meta.url)));

const program = 'dist/cli/main.js';
const sandbox = '--name quickstart';
const exported = '.topo/exported.yaml';

/** Each step's comment and command, with its exit code (or 0) and words that must appear. */
const story = [
  { told: 'The file is right, which takes no broker to say.', run: 'validate' },
  { told: 'The broker has none of it yet.', run: 'plan --detailed-exitcode', exit: 2 },
  { told: 'So be it.', run: 'apply --yes' },
  { told: 'Now there is nothing to do.', run: 'plan --detailed-exitcode' },
  { told: 'The live broker as such a file …', run: 'export', saved: exported, says: 'ml_tasks' },
  { told: '… which says the same.', run: `plan ${exported} --detailed-exitcode` },
  { told: 'Five workers?', run: 'plan --var workers=5 --detailed-exitcode', exit: 2 },
  { told: 'Only what is new is created.', run: 'apply --var workers=5 --yes' },
  { told: 'Three again: the file owns worker_queue_*.', run: 'plan --detailed-exitcode', exit: 2 },
  { told: 'Carry it out.', run: 'apply --yes' },
  { told: 'And that is all.', run: 'plan --detailed-exitcode' },
];

let running;
let interruptedBy;
let interrupt;
/** Never resolves. */
const interrupted = new Promise((_, reject) => {
  interrupt = () => reject(new Error('interrupted'));
});
interrupted.catch(() => undefined);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interruptedBy ??= signal;
    interrupt();
    // Ctrl-C reaches the command by itself; a second one would cut its cleanup short.
    if (signal !== 'SIGINT' || !stdout.isTTY) running?.kill(signal);
  });
}

const started = Date.now();
let finished = false;
let report;
try {
  await prepare();
  await startBroker();
  for (const { told, run: args, ...expected } of story) {
    narrate(told);
    await topo(args, expected);
  }
  await letWorkersTrain();
  finished = true;
} catch (error) {
  console.error(`\nquickstart: ${error.message}`);
  process.exitCode = interruptedBy ? 128 + constants.signals[interruptedBy] : 1;
} finally {
  rmSync(exported, { force: true });
  const keep = finished && process.argv.includes('--keep');
  if (!keep) await deleteBroker();
  if (finished) sayGoodbye(keep);
}

async function prepare() {
  if (isOlder('node_modules/.package-lock.json', 'package-lock.json')) {
    narrate('What topo is made of is not installed yet.');
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  if (isOlder(program, 'src', 'schema', 'scripts/build.mjs', 'package-lock.json')) {
    narrate('topo is not built yet.');
    await run('npm', ['run', '--silent', 'build']);
  }
}

/** From here on, every command talks to this broker, whatever the shell has exported. */
async function startBroker() {
  await deleteBroker();
  narrate('A private RabbitMQ, which nobody off this machine can reach.');
  const printed = await topo(`sandbox start --install ${sandbox}`, { captured: true });
  const exports = [...printed.matchAll(/^export (\w+)='(.*)'$/gm)];
  if (exports.length === 0) throw new Error('the sandbox did not say where it is');
  for (const variable of Object.keys(env).filter(isOurs)) delete env[variable];
  for (const [, variable, value] of exports) env[variable] = value;
}

/** Shown as people type it, run without the time that npx takes. */
async function topo(args, { saved, ...options } = {}) {
  const shown = `npx topo ${args}${saved ? ` | tee ${saved}` : ''}`;
  const how = { captured: saved !== undefined, ...options, shown };
  const printed = await run(execPath, [resolve(program), ...args.split(' ')], how);
  if (saved) writeFileSync(saved, printed);
  return printed;
}

async function letWorkersTrain() {
  const trained = await train({ narrate, show, run, topo, interrupted });
  const percent = (100 * trained.accuracy).toFixed(1);
  narrate(
    `Its shards went to the two others. Of 1,000 digits that nobody trained on, ${percent} % are read right.`,
  );
  ({ report } = trained);
}

/** Runs in a group of its own, so that a Ctrl-C doesn't stop it. */
async function deleteBroker() {
  if (!existsSync(program)) return;
  const args = [program, ...`sandbox stop --delete ${sandbox}`.split(' ')];
  await new Promise((resolve) =>
    spawn(execPath, args, { stdio: 'ignore', detached: true }).once('close', resolve),
  );
}

/** Returns the output, if captured. */
function run(command, args, { shown, exit = 0, says = '', captured, cwd } = {}) {
  shown ??= `${command} ${args.join(' ')}`;
  if (interruptedBy) throw new Error('interrupted');
  show(shown);
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', captured ? 'pipe' : 'inherit', 'inherit'];
    running = spawn(command, args, { stdio, cwd });
    let printed = '';
    running.stdout?.on('data', (chunk) => {
      printed += chunk;
      stdout.write(chunk);
    });
    running.once('error', reject);
    running.once('close', (code, signal) => {
      if (interruptedBy) reject(new Error('interrupted'));
      else if (code !== exit) reject(new Error(`${shown}: exit ${signal ?? code}, not ${exit}`));
      else if (!printed.includes(says)) reject(new Error(`${shown}: no word of ${says}`));
      else resolve(printed);
    });
  });
}

/** Whether the file is missing, or older than anything in the others. */
function isOlder(file, ...others) {
  if (!existsSync(file)) return true;
  const made = statSync(file).mtimeMs;
  return others.flatMap(filesIn).some((other) => statSync(other).mtimeMs > made);
}

function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((entry) => filesIn(join(path, entry)));
}

function show(command) {
  console.log(paint('1', `$ ${command}`));
}

function narrate(line) {
  console.log(`\n${paint('2', `# ${line}`)}`);
}

function sayGoodbye(kept) {
  const seconds = Math.round((Date.now() - started) / 1000);
  narrate(
    `All of it took ${seconds} s. ${kept ? 'The broker is yours:' : 'Nothing is left running.'}`,
  );
  console.log(`${report}   # the report: open it in a browser`);
  if (kept) {
    for (const variable of Object.keys(env).filter(isOurs)) {
      console.log(`export ${variable}='${env[variable]}'`);
    }
    console.log(`npx topo sandbox stop --delete ${sandbox}   # when you are done`);
  } else {
    console.log('eval "$(npx topo sandbox start)"   # a broker to keep');
  }
  console.log('npx topo plan --help                # and topology.yaml to play with');
}

function isOurs(variable) {
  return /^(RABBITMQ_|AMQP_URL$|TOPO_VAR_)/.test(variable);
}

function paint(style, text) {
  const plain = env.NO_COLOR !== undefined || !stdout.isTTY;
  return plain ? text : `\x1b[${style}m${text}\x1b[0m`;
}
