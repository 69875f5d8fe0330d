// A coordinator whose model is missing or damaged on its disk.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Task } from '../../../../src/harness/messaging/task.generated.ts';
import { broker, freshVhost } from '../../../broker.ts';
import type { Ended } from '../../../cli/call.ts';
import { callBuilt, startHarness, type Running } from '../../run-harness.ts';
import { job as chaosJob } from '../chaos/job.ts';
import { TrainBed, until } from '../chaos/train-bed.ts';
import { HandWorker, inlineOf } from '../hand-worker.ts';

export let bed: TrainBed;
let worker: HandWorker;
const coordinators: Running[] = [];

/** Called by each file that uses the rest. */
export function setUpDamage(): void {
  beforeEach(async () => {
    const vhost = await freshVhost();
    const root = await mkdtemp(join(tmpdir(), 'topo-damaged-'));
    const url = `${broker.amqpUrl}/${vhost}`;
    bed = await TrainBed.lay({ url, vhost, root, code: '', queues: 1 });
    worker = await HandWorker.open(url, 'w1');
    await writeFile(join(root, 'job.yaml'), JSON.stringify(job));
  });
  afterEach(async () => {
    for (const { child, ended } of coordinators.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
    await worker.close();
    await rm(bed.root, { recursive: true });
  });
}

const job = {
  ...{ ...chaosJob, shards: ['data/0.safetensors'], rounds: 3, max_failures: 2 },
  ...{ outer_optimizer: { kind: 'average' }, evaluation: undefined },
};
const args = ['train', 'job.yaml', '--run', 'run', '--format', 'json'];

export const train = (...flags: string[]): Promise<Ended> =>
  callBuilt([...args, ...flags], { cwd: bed.root });

/** The task of that name, answered with a model of its own, such as 2 for r1.s0. */
async function answer(name: string, value: number): Promise<Task> {
  const task = await worker.next(name);
  await worker.answer(task, { parameters: inlineOf(1 + value, 2) });
  return task;
}

/** A run that was interrupted when its third round had begun; gives the task of that. */
export async function interruptedRun(): Promise<Task> {
  const coordinator = startHarness(args, { cwd: bed.root });
  coordinators.push(coordinator);
  await answer('init', 0);
  await answer('r0.s0', 1);
  await answer('r1.s0', 2);
  const last = await worker.next('r2.s0');
  // The ledger may be behind the next round.
  await until(async () => (await closedRounds()) === 2, 'two rounds in the ledger');
  coordinator.child.kill('SIGKILL');
  await coordinator.ended;
  return last;
}

const closedRounds = async (): Promise<number> =>
  (await bed.ledger('run')).filter(({ kind }) => kind === 'closed').length;

const fileOf = ({ parameters }: Task): string => join(bed.root, parameters?.uri ?? '');

const damages = {
  missing: (path) => rm(path),
  cut: (path) => writeFile(path, 'cut'),
  changed: change,
} satisfies Record<string, (path: string) => Promise<void>>;
type Damage = keyof typeof damages;

async function change(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 1] = 1;
  await writeFile(path, bytes);
}

/** It is not resumed with that model, but from the newest that is whole. */
export async function resumeDamaged(what: Damage): Promise<void> {
  const last = await interruptedRun();
  await damages[what](fileOf(last));
  const { code, err } = await train('--resume');
  expect(code).toBe(1);
  expect(err).toContain(
    `${last.parameters?.sha256 ?? ''}.safetensors ${
      what === 'missing'
        ? "can't be read: ENOENT"
        : 'is damaged: it does not hold what its name says'
    }`,
  );
  const way = '--run run --resume --from-round 1';
  expect(err).toContain(`hint: put it back from a copy, or train again from round 1 on: ${way}\n`);
  expect(worker.tasks).toEqual([]);

  const ended = train('--resume', '--from-round', '1');
  const again = await answer('r1.s0', 2);
  expect(again.labels).toMatchObject({ went_back: '1' });
  // As it was before it was damaged.
  expect((await answer('r2.s0', 3)).parameters).toEqual(last.parameters);
  const { code: finished, out } = await ended;
  expect(finished).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ state: 'finished', closed: 3 });
}

/** A worker that reads that model ends the coordinator, not the run. */
export async function damageWhileItRuns(
  what: Damage,
  verdict: 'retryable' | 'poison',
): Promise<void> {
  const ended = train();
  await answer('init', 0);
  const task = await worker.next('r0.s0');
  await damages[what](fileOf(task));
  await worker.fail(task, verdict);
  const { code, err } = await ended;
  expect(code).toBe(1);
  expect(err).toContain(`${task.parameters?.sha256 ?? ''}.safetensors`);
  expect(err).toContain('hint: put it back from a copy; without one, --resume names');
  expect((await bed.ledger('run')).map(({ kind }) => kind)).not.toContain('failed');
}
