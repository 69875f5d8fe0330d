// Arbitrary results and events to a coordinator, on a real broker: it goes on to the model that its
// worker makes, its ledger can be read, and no file is touched but the run's.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Job } from '../../../src/harness/train/job/job.generated.ts';
import { broker, freshVhost } from '../../broker.ts';
import { until } from '../bed.ts';
import type { Ended } from '../../cli/call.ts';
import { startBuilt } from '../run-harness.ts';
import { job as chaosJob } from '../train/chaos/job.ts';
import { TrainBed } from '../train/chaos/train-bed.ts';
import { HandWorker } from '../train/hand-worker.ts';
import { sendDrawn } from './send.ts';
import { eventMessage, resultMessage } from './to-coordinator.ts';

export interface Counts {
  readonly results: number;
  readonly events: number;
}

const job: Job = {
  ...{ ...chaosJob, shards: ['data/0.safetensors'], rounds: 1, store: { kind: 'inline' } },
  ...{ max_failures: 2 ** 40, evaluation: { shard: 'data/4.safetensors', every: 1 } },
};
/** At the first of them results are rejected, at the others they come late. */
const units = ['run.r0.s0', 'run.init', 'run.r0.eval'];
/** So many at once. */
const batch = 200;

export async function throughTrain({ results, events }: Counts, seed: number): Promise<void> {
  const vhost = await freshVhost();
  const root = await mkdtemp(join(tmpdir(), 'topo-train-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const url = `${broker.amqpUrl}/${vhost}`;
  const bed = await TrainBed.lay({ url, vhost, root, code: '', queues: 1 });
  await writeFile(join(root, 'job.yaml'), JSON.stringify(job));
  const files = await writeBystanders(root);
  const before = await digestsOf(root);
  const worker = await HandWorker.open(url, 'w1');
  onTestFinished(() => worker.close());
  const args = ['train', 'job.yaml', '--run', 'run', '--format', 'json'];
  const coordinator = startBuilt(args, { cwd: root });
  await worker.do('init');
  const task = await worker.next('r0.s0');
  await bed.onBroker(async (channel) => {
    for (let sent = 0; sent < results; sent += batch) {
      const draw = { count: Math.min(batch, results - sent), seed: seed + sent };
      const unit = units[sent === 0 ? 0 : 1] ?? '';
      await sendDrawn(channel, resultMessage({ unit, files }), draw);
      await isTaken(bed, coordinator);
    }
    await sendDrawn(channel, eventMessage(units), { count: events, seed });
  });
  await worker.answer(task);
  await worker.do('r0.eval');
  const { code, err } = await coordinator.ended;
  expect({ code, isBug: err.includes('this is a bug') }).toEqual({ code: 0, isBug: false });
  expect((await bed.ledger('run')).at(-1)?.kind).toBe('finished');
  const after = await digestsOf(root);
  expect([...before].filter(([path, digest]) => after.get(path) !== digest)).toEqual([]);
  const isTheRuns = (path: string): boolean => path.startsWith('runs/run/');
  expect([...after.keys()].filter((path) => !before.has(path) && !isTheRuns(path))).toEqual([]);
}

/** All results are acked, or at least on their way to the coordinator. */
async function isTaken(bed: TrainBed, { ended }: { ended: Promise<Ended> }): Promise<void> {
  let code: number | null | undefined;
  void ended.then((over) => (code = over.code));
  const depth = () => bed.onBroker(async (channel) => channel.checkQueue('results'));
  const patience = 120_000;
  await until(
    async () => code !== undefined || (await depth()).messageCount === 0,
    'the results',
    patience,
  );
  expect(code).toBe(undefined);
}

/** Files of others, and links to them; gives their names. */
async function writeBystanders(root: string): Promise<string[]> {
  await mkdir(join(root, 'runs', 'other'), { recursive: true });
  await mkdir(join(root, 'results'));
  await writeFile(join(root, 'notes.txt'), 'mine');
  await writeFile(join(root, 'runs', 'other', 'ledger.jsonl'), '{}\n');
  await writeFile(join(root, 'results', 'theirs.safetensors'), 'theirs');
  await symlink('../notes.txt', join(root, 'results', 'link.safetensors'));
  return [
    ...['notes.txt', 'runs/other/ledger.jsonl', 'results/theirs.safetensors'],
    ...['results/link.safetensors', 'data/0.safetensors', 'job.yaml', 'topology.yaml'],
    ...['runs/run/ledger.jsonl', 'runs/run/../../notes.txt', join(root, 'notes.txt')],
  ];
}

/** By path, of every file below the folder. */
async function digestsOf(root: string): Promise<Map<string, string>> {
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  const files = all.filter((entry) => !entry.isDirectory());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  const digests = await Promise.all(
    paths.map(async (path) =>
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ),
  );
  return new Map(paths.map((path, n) => [path.slice(root.length + 1), digests[n] ?? '']));
}
