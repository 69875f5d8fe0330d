// A worker that is another user of the machine, in the group that train --group names: it leaves
// its results where the coordinator finds and removes them, and may write nowhere else in the run.
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Job } from '../../../../src/harness/train/job/job.generated.ts';
import { broker, freshVhost } from '../../../broker.ts';
import { startHarness } from '../../run-harness.ts';
import { job as chaosJob } from '../chaos/job.ts';
import { TrainBed, until } from '../chaos/train-bed.ts';

/** daemon and bin, both in daemon's group. */
const [user, coordinator] = [
  { uid: 1, gid: 1 },
  { uid: 2, gid: 1 },
];
const job: Job = { ...chaosJob, shards: ['data/0.safetensors', 'data/1.safetensors'], rounds: 2 };

test.skipIf(process.geteuid?.() !== 0)('a worker of the group trains a run', async () => {
  const vhost = await freshVhost();
  const root = await mkdtemp(join(tmpdir(), 'topo-group-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await chmod(root, 0o755);
  await chown(root, coordinator.uid, coordinator.gid);
  await TrainBed.lay({ url: `${broker.amqpUrl}/${vhost}`, vhost, root, code: '', queues: 1 });
  await writeFile(join(root, 'job.yaml'), JSON.stringify(job));
  const state = join(root, 'state');
  await mkdir(state, { mode: 0o700 });
  await chown(state, user.uid, user.gid);
  const flags = ['--trainer', 'perceptron', '--state', state, '--max-attempts', '1'];
  const worker = startHarness(['work', 'w1', ...flags], { cwd: root, user });
  onTestFinished(async () => {
    worker.child.kill('SIGKILL');
    await worker.ended;
  });
  const args = ['train', 'job.yaml', '--run', 'run', '--group', String(user.gid)];
  const training = startHarness(args, { cwd: root, user: coordinator });
  const results = join(root, 'runs/run/results');
  const made = new Map<string, string>();
  const isOver = async (): Promise<boolean> => {
    for (const name of await readdir(results, { recursive: true }).catch(() => [])) {
      const found = await stat(join(results, name)).catch(() => undefined);
      if (found?.isDirectory())
        made.set(name, `${(found.mode & 0o7777).toString(8)} ${found.uid} ${found.gid}`);
    }
    return training.child.exitCode !== null;
  };
  await until(isOver, 'the end of the run', 60_000);
  const { code, err } = await training.ended;
  expect({ code, err: err.match(/failed|not valid/g) }).toEqual({ code: 0, err: null });
  expect([...made].filter(([name]) => name.includes('/'))).not.toEqual([]);
  expect(new Set(made.values())).toEqual(new Set(['2770 1 1']));
  expect(await readdir(results)).toEqual([]);
  const run = join(root, 'runs/run');
  const writable: string[] = [];
  for (const name of ['', ...(await readdir(run, { recursive: true }))]) {
    if (((await stat(join(run, name))).mode & 0o022) !== 0) writable.push(name);
  }
  expect(writable).toEqual(['results']);
});
