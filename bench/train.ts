// Measures distributed training: what a round costs beside the trainings, how soon other workers
// take over, and the gain of more workers.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerRecord, TimelineEntry } from '../src/harness/train/model/records.ts';
import { api, harness, median, script, time, topo, type Bench } from './bench.ts';
import type { Figure } from './main.ts';

const example = new URL('../examples/digits/', import.meta.url).pathname;
export const topology = join(example, 'topology.yaml');

export async function benchTrain(bench: Bench): Promise<Figure[]> {
  await time(topo('apply', topology, '--yes', '--quiet'), bench.env);
  return [
    await roundOverhead(bench),
    await redispatch(bench),
    ...(await scaling(bench)),
    await straggler(bench),
  ];
}

/**
 * Three workers whose trainings only wait, with 400 KB of parameters: the rest of the time is
 * overhead.
 */
async function roundOverhead(bench: Bench): Promise<Figure> {
  const job = { rounds: 30, shards: 3, hyperparameters: { milliseconds: 100 } };
  const { ledger } = await train(bench, job, [copier(), copier(), copier()]);
  const overheads = roundsOf(ledger)
    .slice(2)
    .map(({ wall, longest }) => wall - longest);
  return {
    name: 'a round of 3 workers with 400 KB of parameters: what it adds to the longest training',
    value: median(overheads),
    bound: 25,
    unit: ' ms',
    detail: `median of ${overheads.length} rounds, longest ${Math.max(...overheads)} ms`,
  };
}

/** From SIGSTOP to the dispatch of the same unit to another worker. */
async function redispatch(bench: Bench): Promise<Figure> {
  const delays: number[] = [];
  for (let nth = 0; nth < 5; nth++) {
    const job = { rounds: 1, shards: 3, hyperparameters: { milliseconds: 3_000 } };
    let stopped = 0;
    const { timeline } = await train(
      bench,
      job,
      [copier(), copier(), copier()],
      async (workers, told) => {
        while (!(await told()).some(isTraining)) await sleep(20);
        await sleep(300);
        workers[0]?.kill('SIGSTOP');
        stopped = Date.now();
      },
    );
    const given = timeline.find((entry) => entry.kind === 'dispatched' && entry.why === 'silent');
    if (given === undefined) throw new Error('nothing was dispatched again');
    delays.push((given.at - stopped) / 1_000);
  }
  return {
    name: "from SIGSTOP of a worker to its task's dispatch to another, heartbeat 1 s",
    value: median(delays),
    bound: 4,
    unit: ' s',
    detail: `median of ${delays.length}, longest ${Math.max(...delays).toFixed(2)} s`,
  };
}

const isTraining = (entry: TimelineEntry): boolean =>
  entry.kind === 'started' && entry.unit.kind === 'train';

/** The perceptron, which computes all the time: two workers against one, in turn. */
async function scaling(bench: Bench): Promise<Figure[]> {
  const hyperparameters = { hidden: 128, learning_rate: 0.05, batch_size: 32 };
  const job = { rounds: 4, shards: 6, hyperparameters, local_steps: 300, data: true };
  const walls: Record<number, number[]> = { 1: [], 2: [] };
  const shares: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (const count of [1, 2]) {
      const trainers = Array.from({ length: count }, () => ['--trainer', 'perceptron']);
      const { ledger } = await train(bench, job, trainers);
      const wall = wallOf(ledger);
      walls[count]?.push(wall);
      if (count === 1) shares.push(trainedIn(ledger) / wall);
    }
  }
  const [one, two] = [median(walls[1] ?? []), median(walls[2] ?? [])];
  return [
    {
      name: 'two workers on two cores: time of one / time of two',
      value: one / two,
      bound: 1.7,
      is: 'at least',
      unit: '',
      detail: `one ${(one / 1_000).toFixed(2)} s, two ${(two / 1_000).toFixed(2)} s, medians of 3`,
    },
    {
      name: "a worker's training / its time, from the first training to the last round's end",
      value: median(shares),
      bound: 0.9,
      is: 'at least',
      unit: '',
      detail: 'one worker, median of 3',
    },
  ];
}

/**
 * One of three workers is ten times slower, with six shards: the time of a round / that of three
 * equal workers.
 */
async function straggler(bench: Bench): Promise<Figure> {
  const job = { rounds: 8, shards: 6, hyperparameters: { milliseconds: 1_000 } };
  const equal = await train(bench, job, [copier(), copier(), copier()]);
  const slow = await train(bench, job, [copier(10), copier(), copier()]);
  const walls = [equal, slow].map(({ ledger }) =>
    roundsOf(ledger)
      .slice(2)
      .map(({ wall }) => wall),
  );
  const [a = NaN, b = NaN] = walls.map(median);
  return {
    name: 'one of three workers ten times slower: a round / a round of three equal ones',
    value: b / a,
    bound: 2.5,
    unit: '',
    detail: `${b.toFixed(0)} ms / ${a.toFixed(0)} ms, longest ${Math.max(...(walls[1] ?? []))} ms`,
  };
}

interface BenchJob {
  readonly rounds: number;
  readonly shards: number;
  readonly hyperparameters: object;
  readonly local_steps?: number;
  /** Whether to use the example's shards. */
  readonly data?: boolean;
}

type Trainer = readonly string[];
/** `factor`: how many times slower. */
export const copier = (factor = 1): Trainer => [
  '--handler',
  script('train-copy.mjs')[1] ?? '',
  '--env',
  'BENCH_FACTOR',
  `=${factor}`,
];

export async function train(
  bench: Bench,
  job: BenchJob,
  trainers: readonly Trainer[],
  disturb?: (
    workers: readonly ChildProcess[],
    told: () => Promise<TimelineEntry[]>,
  ) => Promise<void>,
): Promise<{ ledger: LedgerRecord[]; timeline: TimelineEntry[] }> {
  const folder = await mkdtemp(join(bench.folder, 'train-'));
  const files = await writeShards(folder, job, bench);
  const { rounds, hyperparameters, local_steps = 1 } = job;
  await writeFile(
    join(folder, 'job.yaml'),
    JSON.stringify({
      name: 'bench',
      shards: files,
      model: { hyperparameters },
      rounds,
      local_steps,
    }),
  );
  for (const queue of ['digits_worker_1', 'digits_worker_2', 'digits_worker_3', 'digits_results'])
    await api(bench, 'DELETE', `queues/%2F/${queue}/contents`);
  const workers = trainers.map((flags, nth) => startWorker(bench, folder, nth + 1, flags));
  const read = async <T>(name: string): Promise<T[]> => {
    const text = await readFile(join(folder, 'runs', 'bench', name), 'utf8').catch(() => '');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as T);
  };
  try {
    await Promise.all(workers.map(async ({ working }) => working));
    const [program = '', ...args] = harness(
      'train',
      'job.yaml',
      '--topology',
      topology,
      '--run',
      'bench',
      '--quiet',
    );
    const coordinator = spawn(program, args, { cwd: folder, env: bench.env, stdio: 'ignore' });
    const ended = once(coordinator, 'exit');
    await disturb?.(
      workers.map(({ child }) => child),
      () => read<TimelineEntry>('timeline.jsonl'),
    );
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(`train ended with ${String(code)} in ${folder}`);
  } finally {
    await Promise.all(
      workers.map(async ({ child }) => {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }),
    );
  }
  return {
    ledger: await read<LedgerRecord>('ledger.jsonl'),
    timeline: await read<TimelineEntry>('timeline.jsonl'),
  };
}

function startWorker({ env }: Bench, folder: string, nth: number, flags: Trainer) {
  const factor = flags.find((flag) => flag.startsWith('='))?.slice(1) ?? '1';
  const given = flags.filter((flag) => !flag.startsWith('='));
  const own = ['--topology', topology, '--state', `state-${nth}`, '--name', `worker-${nth}`];
  const [program = '', ...args] = harness('work', `digits_worker_${nth}`, ...own, ...given);
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...env, BENCH_FACTOR: factor },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const working = new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (text) => {
      said += String(text);
      if (said.includes('"working"')) resolve();
    });
    child.once('exit', () => reject(new Error(said)));
  });
  return { child, working };
}

async function writeShards(
  folder: string,
  { shards, data }: BenchJob,
  { env }: Bench,
): Promise<string[]> {
  await mkdir(join(folder, 'data'));
  if (data === true) {
    await time(
      [process.execPath, join(example, 'generate.mjs'), '--out', join(folder, 'data')],
      env,
    );
    return ['data/train-*.safetensors'];
  }
  const names = Array.from({ length: shards }, (_, n) => `data/${n}.bin`);
  for (const name of names) await writeFile(join(folder, name), name);
  return names;
}

/** For each round: milliseconds since the end of the one before, and of its longest training. */
export function roundsOf(ledger: readonly LedgerRecord[]): { wall: number; longest: number }[] {
  const closed = ledger.filter((record) => record.kind === 'closed');
  return closed.slice(1).map(({ at, round }, nth) => {
    const spans = trainingsOf(ledger)
      .filter(({ unit }) => unit.round === round)
      .map(({ started_at, finished_at }) => finished_at - started_at);
    return { wall: at - (closed[nth]?.at ?? NaN), longest: Math.max(...spans) };
  });
}

const trainingsOf = (ledger: readonly LedgerRecord[]) =>
  ledger.flatMap((record) =>
    record.kind === 'accepted' && record.unit.kind === 'train' ? [record] : [],
  );

function wallOf(ledger: readonly LedgerRecord[]): number {
  const last = ledger.findLast(({ kind }) => kind === 'closed')?.at ?? NaN;
  return last - Math.min(...trainingsOf(ledger).map(({ started_at }) => started_at));
}

const trainedIn = (ledger: readonly LedgerRecord[]): number =>
  trainingsOf(ledger).reduce(
    (sum, { started_at, finished_at }) => sum + finished_at - started_at,
    0,
  );
