// Trains big models: a round of topo-harness train with three workers, side by side with three
// plain processes that exchange files and average with numpy, and with the same that check, hash
// and sync each file, as a training that survives must. Needs numpy; PYTHON names another
// interpreter, BENCH_MEGABYTES other sizes, such as 1,4.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LedgerRecord, TimelineEntry } from '../src/harness/train/model/records.ts';
import { harness, median, script, time, topo, type Bench } from './bench.ts';
import type { Figure } from './main.ts';
import { startProcess } from './work-process.ts';

const python = process.env['PYTHON'] ?? 'python3';
const program = new URL('models.py', import.meta.url).pathname;
const examples = new URL('../examples/', import.meta.url).pathname;
const topology = join(examples, 'digits', 'topology.yaml');
const sizes = (process.env['BENCH_MEGABYTES'] ?? '50,400').split(',').map(Number);

const rounds = 5;
const runs = 2;

export async function benchModels(bench: Bench): Promise<Figure[]> {
  if (spawnSync(python, ['-c', 'import numpy']).status !== 0) {
    console.log(`models\n  left out: ${python} has no numpy; PYTHON names another`);
    return [];
  }
  await time(topo('apply', topology, '--yes', '--quiet'), bench.env);
  const figures: Figure[] = [];
  for (const megabytes of sizes) figures.push(...(await sideBySide(bench, megabytes)));
  const [least = 50] = sizes;
  return [...figures, await growth(bench, least)];
}

async function sideBySide(bench: Bench, megabytes: number): Promise<Figure[]> {
  const all: { plain: Plain; careful: Plain; topo: Trained }[] = [];
  for (let run = 0; run < runs; run++) {
    const folder = await begin(bench, megabytes);
    const plain = runPlain(folder, 3, 'plain');
    const careful = runPlain(folder, 3, 'careful');
    all.push({ plain, careful, topo: await train(bench, folder, 3) });
    await rm(folder, { recursive: true });
  }
  for (const { plain, careful, topo: made } of all) {
    for (const { sha256 } of [plain, careful])
      if (made.sha256 !== sha256) throw new Error(`${made.sha256} is not ${sha256}`);
  }
  const a = median(all.flatMap(({ topo: { seconds } }) => seconds));
  const b = median(all.flatMap(({ plain: { seconds } }) => seconds.slice(1)));
  const c = median(all.flatMap(({ careful: { seconds } }) => seconds.slice(1)));
  const what = `3 results of ${megabytes} MB`;
  return [
    {
      name: `a round of ${what} / the same by a plain program`,
      value: a / b,
      bound: 1.5,
      unit: '',
      detail: `${a.toFixed(2)} s / ${b.toFixed(2)} s, medians of ${runs} × ${rounds - 1}; same sha256; ${renderPhases(all.flatMap(({ topo: { phases } }) => phases))}`,
    },
    {
      name: `the same / a plain program that checks, hashes and syncs each file`,
      value: a / c,
      bound: 1.5,
      unit: '',
      detail: `${a.toFixed(2)} s / ${c.toFixed(2)} s; that program / the plain one: ${(c / b).toFixed(2)}`,
    },
    {
      name: `peak memory of the coordinator, ${what}`,
      value: Math.max(...all.map(({ topo: { peak } }) => peak)),
      bound: 1.2,
      unit: ' GB',
      detail: 'resident, as the operating system counts it',
    },
    {
      name: `connections that the coordinator lost, ${what}`,
      value: all.reduce((sum, { topo: { lost } }) => sum + lost, 0),
      bound: 0,
      unit: '',
      detail: `in ${runs} runs`,
    },
  ];
}

function renderPhases(phases: readonly Phases[]): string {
  const [sent, trained, stored, averaged] = [0, 1, 2, 3].map((n) =>
    median(phases.map((phase) => phase[n] ?? NaN)).toFixed(2),
  );
  return `sent ${sent ?? ''}, in the workers ${trained ?? ''}, taken in ${stored ?? ''}, averaged ${averaged ?? ''} s`;
}

async function growth(bench: Bench, megabytes: number): Promise<Figure> {
  const peaks: number[] = [];
  for (const shards of [3, 12]) {
    const folder = await begin(bench, megabytes);
    peaks.push((await train(bench, folder, shards)).peak);
    await rm(folder, { recursive: true });
  }
  const [few = NaN, many = NaN] = peaks;
  return {
    name: `peak memory of the coordinator with 12 shards of ${megabytes} MB / with 3`,
    value: many / few,
    bound: 1.2,
    unit: '',
    detail: `${many.toFixed(3)} GB / ${few.toFixed(3)} GB`,
  };
}

async function begin({ folder: parent }: Bench, megabytes: number): Promise<string> {
  const folder = await mkdtemp(join(parent, 'models-'));
  execFileSync(python, [program, 'make', join(folder, 'first.safetensors'), String(megabytes)]);
  await mkdir(join(folder, 'data'));
  await mkdir(join(folder, 'plain'));
  return folder;
}

interface Plain {
  /** Of each round. */
  readonly seconds: readonly number[];
  readonly sha256: string;
}

function runPlain(folder: string, shards: number, how: 'plain' | 'careful'): Plain {
  const args = [how, join(folder, 'first.safetensors'), join(folder, 'plain')];
  const said = execFileSync(python, [program, ...args, String(shards), String(rounds)]);
  return JSON.parse(String(said)) as Plain;
}

/**
 * The time of a round: seconds until the first training, in the workers, until the last result is
 * stored, for the mean.
 */
type Phases = readonly [sent: number, trained: number, stored: number, averaged: number];

interface Trained extends Plain {
  readonly phases: readonly Phases[];
  /** GB. */
  readonly peak: number;
  /** How often. */
  readonly lost: number;
}

async function train(bench: Bench, folder: string, shards: number): Promise<Trained> {
  for (let n = 0; n < shards; n++) await writeFile(join(folder, `data/${n}.bin`), String(n));
  const paths = Array.from({ length: shards }, (_, n) => `data/${n}.bin`);
  const model = { parameters: 'first.safetensors' };
  const job = { name: 'models', shards: paths, model, rounds, local_steps: 1 };
  await writeFile(join(folder, 'job.yaml'), JSON.stringify(job));
  const env = { ...bench.env, PYTHONPATH: join(examples, 'python') };
  const workers = [];
  for (const n of [1, 2, 3]) workers.push(await startWorker({ folder, env }, n));
  try {
    const peak = await coordinate({ ...bench, folder });
    return { ...(await read(join(folder, 'runs', 'models'))), peak };
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
  }
}

function startWorker(where: Pick<Bench, 'folder' | 'env'>, n: number) {
  const { folder } = where;
  const own = ['--topology', topology, '--state', join(folder, `state-${n}`), '--root', folder];
  const exec = ['--exec', `'${python}' '${program}'`, '--env', 'PYTHONPATH'];
  return startProcess(where, harness('work', `digits_worker_${n}`, ...own, ...exec));
}

/** Returns its peak memory in GB. */
async function coordinate({ folder, env }: Bench): Promise<number> {
  const where = ['--topology', topology, '--root', folder, '--runs', join(folder, 'runs')];
  const flags = [...where, '--run', 'models', '--quiet'];
  const command = ['harness/main.js', 'train', join(folder, 'job.yaml'), ...flags];
  const [path = '', ...args] = script('peak-memory.mjs', ...command);
  const child = spawn(path, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const peak = /^peak memory (\d+) KiB$/m.exec(said)?.[1];
  if (code !== 0 || peak === undefined)
    throw new Error(`train ended with ${String(code)}: ${said}`);
  return (Number(peak) * 1024) / 1e9;
}

async function read(run: string): Promise<Omit<Trained, 'peak'>> {
  const lines = async <T>(name: string): Promise<T[]> =>
    (await readFile(join(run, name), 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as T);
  const ledger = await lines<LedgerRecord>('ledger.jsonl');
  const closed = ledger.filter((record) => record.kind === 'closed');
  const timeline = await lines<TimelineEntry>('timeline.jsonl');
  return {
    seconds: closed.slice(1).map(({ at }, nth) => (at - (closed[nth]?.at ?? NaN)) / 1_000),
    phases: closed.slice(1).map(({ at, round }, nth) => {
      const parts = ledger
        .filter((record) => record.kind === 'accepted')
        .filter(({ unit }) => unit.round === round);
      const begun = Math.min(...parts.map(({ started_at }) => started_at));
      const ended = Math.max(...parts.map(({ finished_at }) => finished_at));
      const stored = Math.max(...parts.map((part) => part.at));
      const times = [closed[nth]?.at ?? NaN, begun, ended, stored, at];
      const [a = NaN, b = NaN, c = NaN, d = NaN] = times
        .slice(1)
        .map((time, n) => (time - (times[n] ?? NaN)) / 1_000);
      return [a, b, c, d];
    }),
    sha256: closed.at(-1)?.parameters.sha256 ?? '',
    lost: timeline.filter((entry) => entry.kind === 'coordinator' && entry.state === 'disconnected')
      .length,
  };
}
