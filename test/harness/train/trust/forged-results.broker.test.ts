// A result removes no file but its own, and leaves none behind.
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Task } from '../../../../src/harness/messaging/task.generated.ts';
import type { Job } from '../../../../src/harness/train/job/job.generated.ts';
import { broker, freshVhost } from '../../../broker.ts';
import { startBuilt, startHarness, type Running } from '../../run-harness.ts';
import { job as chaosJob } from '../chaos/job.ts';
import { TrainBed, until } from '../chaos/train-bed.ts';
import { HandWorker, modelOf } from '../hand-worker.ts';

let bed: TrainBed;
let worker: HandWorker;
const coordinators: Running[] = [];

beforeEach(async () => {
  const vhost = await freshVhost();
  const root = await mkdtemp(join(tmpdir(), 'topo-forged-'));
  const url = `${broker.amqpUrl}/${vhost}`;
  bed = await TrainBed.lay({ url, vhost, root, code: '', queues: 1 });
  worker = await HandWorker.open(url, 'w1');
});
afterEach(async () => {
  for (const { child, ended } of coordinators.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await worker.close();
  await rm(bed.root, { recursive: true });
});

const job: Job = { ...chaosJob, shards: ['data/0.safetensors'], rounds: 1 };

async function argsOf(changes: Partial<Job>, flags: readonly string[] = []): Promise<string[]> {
  await writeFile(
    join(bed.root, 'job.yaml'),
    JSON.stringify({ ...job, evaluation: undefined, ...changes }),
  );
  return ['train', 'job.yaml', '--run', 'run', '--format', 'json', ...flags];
}

async function train(
  changes: Partial<Job> = {},
  ...flags: string[]
): Promise<Omit<Running, 'child'>> {
  return startBuilt(await argsOf(changes, flags), { cwd: bed.root });
}

/** As a process, which can be interrupted. */
async function start(changes: Partial<Job>): Promise<Running> {
  const coordinator = startHarness(await argsOf(changes), { cwd: bed.root });
  coordinators.push(coordinator);
  return coordinator;
}

/** A file below the root, as a result names it. */
async function write(uri: string, bytes: Buffer | string = modelOf(1, 2)): Promise<string> {
  const path = join(bed.root, uri);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return uri;
}

const read = (uri: string): Promise<string> => readFile(join(bed.root, uri), 'latin1');

const answer = (task: Task, uri: string): Promise<void> =>
  worker.answer(task, { parameters: { uri } });

const folderOf = ({ results }: Task): string => {
  if (results === undefined) throw new Error('no folder was handed out');
  return results.uri;
};

const rejections = async (): Promise<number> =>
  (await bed.timeline('run')).filter((entry) => entry.kind === 'dropped' && entry.why === 'invalid')
    .length;

test('files that forged results name stay where they are, valid parameters among them', async () => {
  const { ended } = await train({ max_failures: 100 });
  const init = await worker.next('init');
  const made = await write('mine/first.safetensors');
  await answer(init, made);
  const task = await worker.next('r0.s0');
  const base = task.parameters?.uri ?? '';
  const victims = [
    ...[await write('notes.txt', 'mine'), 'data/0.safetensors', 'job.yaml', 'topology.yaml'],
    ...[await write('runs/other/ledger.jsonl', 'x'), 'runs/run/ledger.jsonl', 'runs/run/job.json'],
  ];
  const before = await Promise.all(victims.map(read));
  for (const [at, victim] of victims.entries()) {
    await answer(task, victim);
    await until(async () => (await rejections()) === at + 1, `the rejection of ${victim}`);
  }
  const good = await write('mine/model.safetensors', modelOf(3, 4));
  await answer(task, good);
  expect((await ended).code).toBe(0);
  for (const [at, victim] of victims.entries()) {
    // The ledger goes on.
    expect([victim, (await read(victim)).startsWith(before[at] ?? '')]).toEqual([victim, true]);
  }
  for (const uri of [made, base, good]) expect(await read(uri)).toMatch(/"w"/);
});

test('a file of the folder that was handed out is gone once it counts, and what a link leads to is not', async () => {
  const { ended } = await train({ rounds: 3 });
  const init = await worker.next('init');
  const target = await write('mine/model.safetensors');
  const link = `${folderOf(init)}/link.safetensors`;
  await mkdir(join(bed.root, folderOf(init)), { recursive: true });
  await symlink(join(bed.root, target), join(bed.root, link));
  await answer(init, link);
  const first = await worker.next('r0.s0');
  const taken = await write(`${folderOf(first)}/a/model.safetensors`);
  await answer(first, taken);
  const second = await worker.next('r1.s0');
  await expect(read(taken)).rejects.toMatchObject({ code: 'ENOENT' });
  // In the folder of another task: it counts, and stays until the run ends.
  const elsewhere = await write(`${folderOf(first)}/b/model.safetensors`);
  await answer(second, elsewhere);
  await answer(await worker.next('r2.s0'), elsewhere);
  expect((await ended).code).toBe(0);
  expect(await read(target)).toMatch(/"w"/);
});

test('a folder that has become a link is not followed', async () => {
  const { ended } = await train();
  const init = await worker.next('init');
  const target = await write('mine/model.safetensors');
  await symlink(join(bed.root, 'mine'), join(bed.root, folderOf(init)));
  await answer(init, `${folderOf(init)}/model.safetensors`);
  const task = await worker.next('r0.s0');
  await answer(task, target);
  expect((await ended).code).toBe(0);
  expect(await readdir(join(bed.root, 'mine'))).toEqual(['model.safetensors']);
});

/** Below a folder of the run, where others may go while it is read. */
async function filesIn(name: string): Promise<string[]> {
  try {
    const found = await readdir(join(bed.root, 'runs/run', name), {
      ...{ recursive: true, withFileTypes: true },
    });
    return found.filter((entry) => entry.isFile()).map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return filesIn(name);
    throw error;
  }
}

test('late results, those that are not valid, and those whose bytes are stored already leave no file', async () => {
  const shards: Job['shards'] = ['data/0.safetensors', 'data/1.safetensors'];
  const { ended } = await train({ shards, rounds: 2, max_failures: 10 });
  const init = await worker.next('init');
  await answer(init, await write(`${folderOf(init)}/a/model`));
  const task = await worker.next('r0.s0');
  await answer(task, await write(`${folderOf(task)}/a/model`, modelOf(NaN, 1)));
  await until(async () => (await rejections()) === 1, 'the rejection');
  await answer(task, await write(`${folderOf(task)}/b/model`, modelOf(5, 6)));
  await answer(task, await write(`${folderOf(task)}/c/model`, modelOf(7, 8)));
  const twin = await worker.next('r0.s1');
  await answer(twin, await write(`${folderOf(twin)}/a/model`, modelOf(5, 6)));
  const [next, other] = [await worker.next('r1.s0'), await worker.next('r1.s1')];
  await until(async () => (await filesIn('results')).length === 0, 'files to go');
  // Of a worker that was killed.
  await write(`${folderOf(next)}/b/model.part`);
  for (const one of [next, other]) await answer(one, await write(`${folderOf(one)}/a/model`));
  expect((await ended).code).toBe(0);
  expect(await readdir(join(bed.root, 'runs/run/results'))).toEqual([]);
  // The first model, and of each round the model and the momentum.
  expect((await filesIn('parameters')).length).toBeLessThanOrEqual(1 + 2 * 2);
});

test('a run that is resumed loses what nobody needs, and not what is on its way', async () => {
  const shards: Job['shards'] = ['data/0.safetensors', 'data/1.safetensors'];
  const first = await start({ shards });
  const init = await worker.next('init');
  await answer(init, await write(`${folderOf(init)}/a/model`));
  const [done, open] = [await worker.next('r0.s0'), await worker.next('r0.s1')];
  await answer(done, await write(`${folderOf(done)}/a/model`, modelOf(5, 6)));
  const count = async (): Promise<number> =>
    (await bed.ledger('run')).filter(({ kind }) => kind === 'accepted').length;
  await until(async () => (await count()) === 2, 'the result');
  first.child.kill('SIGINT');
  expect((await first.ended).code).toBe(130);
  await write(`${folderOf(done)}/b/late`);
  await write('runs/run/parameters/' + 'a'.repeat(64) + '.safetensors', 'not in the ledger');
  await answer(open, await write(`${folderOf(open)}/a/result`, modelOf(7, 8)));
  const second = await train({ shards }, '--resume');
  expect((await second.ended).code).toBe(0);
  expect(await count()).toBe(3);
  expect(await filesIn('results')).toEqual([]);
  expect(await filesIn('parameters')).not.toContain('a'.repeat(64) + '.safetensors');
});
