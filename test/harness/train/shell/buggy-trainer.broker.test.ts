// A program that fails at every task: the run ends in seconds, and shows the program's last lines.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readTopology } from '../../../../src/file/read-topology.ts';
import { openExecHandler } from '../../../../src/harness/trainers/exec/exec-handler.ts';
import { startWorker } from '../../../../src/harness/work/start.ts';
import { readRoles } from '../../../../src/topology/roles.ts';
import { broker, freshVhost } from '../../../broker.ts';
import type { Ended } from '../../../cli/call.ts';
import { optionsFor } from '../../trainers/exec/options-for.ts';
import { barePython } from '../../trainers/exec/python.ts';
import { callBuilt } from '../../run-harness.ts';
import { targetOf } from '../../target.ts';
import { job } from '../chaos/job.ts';
import { TrainBed } from '../chaos/train-bed.ts';

const examples = new URL('../../../../examples/python', import.meta.url).pathname;

async function layBed(): Promise<TrainBed> {
  const vhost = await freshVhost();
  const root = await mkdtemp(join(tmpdir(), 'topo-buggy-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const url = `${broker.amqpUrl}/${vhost}`;
  return TrainBed.lay({ url, vhost, root, code: '', queues: 1 });
}

/** `body`: of the function train(task, context), after it has noted that it was called. */
async function startTrainer({ root }: TrainBed, body: string): Promise<void> {
  const program = `
import sys
sys.path.insert(0, ${JSON.stringify(examples)})
from topo_exec import Retryable, run

def train(task, context):
    open("trainings", "a").write(".")
    ${body}

run(train)
`;
  await writeFile(join(root, 'train.py'), program);
  const file = join(root, 'topology.yaml');
  const { options } = optionsFor(`${barePython} train.py`, { folder: root });
  const shards = { ...options.shards, roots: [root] };
  const worker = await startWorker({
    roles: readRoles(await readTopology([file], { vars: [], varFiles: [], env: {} })),
    ...{ queue: 'w1', pool: false, target: targetOf(broker.amqpUrl), timeout: 5_000, name: 'one' },
    ...{
      handlers: [openExecHandler({ ...options, shards })],
      prefetch: 1,
      max_attempts: 2,
      max_task: 60_000,
    },
    ...{ state: join(root, 'state'), heartbeat: 200, onEvent: () => undefined },
  });
  onTestFinished(async () => {
    worker.handBack();
    await worker.ended;
  });
}

async function train({ root }: TrainBed): Promise<Ended> {
  const own = { ...job, max_failures: 3 };
  await writeFile(join(root, 'job.yaml'), JSON.stringify(own));
  return callBuilt(['train', 'job.yaml', '--run', 'run'], { cwd: root });
}

test('a bug of the program is tried twice by a worker, and shown where it is', async () => {
  const bed = await layBed();
  await startTrainer(bed, 'return task["hyperparameters"]["hiden"]');
  const { code, err } = await train(bed);
  expect(code).toBe(6);
  expect(err).toMatch(
    /one failed at the first parameters, attempt 1 \(retryable\): KeyError: 'hiden'\n +File ".*train\.py", line 8, in train\n +return task/,
  );
  expect(err).toMatch(
    /error: run\.init failed 3 times, at last: one: twice the same: KeyError: 'hiden'\n +File/,
  );
  expect(await readFile(join(bed.root, 'trainings'), 'utf8')).toHaveLength(6);
});

test('what a worker has given up is known at once', async () => {
  const bed = await layBed();
  await startTrainer(bed, 'raise Retryable("no room")');
  const { code, err } = await train(bed);
  expect(code).toBe(6);
  expect(err).toContain('one gave up the first parameters after 2 attempts');
  expect(err).toContain('error: run.init failed 3 times, at last: one: no room\n');
});
