// Results and events that someone forges cost a run nothing.
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Job } from '../../../../src/harness/train/job/job.generated.ts';
import { ByHand } from '../by-hand.ts';
import { until } from '../chaos/train-bed.ts';
import { parameters } from '../hand-worker.ts';

const hand = new ByHand();

test('a first model that was not made for this task does not count, and costs the run nothing', async () => {
  const { ended, err } = await hand.trainHere({ max_failures: 1 });
  const init = await hand.worker.next('init');
  const shard = join(hand.bed.root, 'data/0.safetensors');
  const before = await readFile(shard);
  const at = new Date().toISOString();
  const forged = {
    ...{ version: 1, task: init.id, run: 'run', round: 0, worker: 'by hand', attempt: 1 },
    ...{ started_at: at, finished_at: at, parameters: { uri: 'data/0.safetensors' } },
  };
  // Without the task's words, of other words, and one that can't be read: more than the failures
  // that end the run.
  await hand.worker.publish(init.id, forged);
  await hand.worker.publish(init.id, {
    ...forged,
    task_sha256: hash('sha256', JSON.stringify(init) + ' '),
  });
  await hand.worker.publish(init.id, { ...forged, worker: 7 });
  await until(() => err().split('not made of the task').length > 2, 'what is told');
  await hand.worker.answer(init);
  await hand.worker.do('r0.s0', 'r0.eval');
  expect((await ended).code).toBe(0);
  expect(await hand.bed.ledger('run')).toContainEqual(
    expect.objectContaining({
      kind: 'accepted',
      unit: expect.objectContaining({ kind: 'init' }) as unknown,
      parameters: expect.objectContaining({ sha256: parameters.sha256 }) as unknown,
    }),
  );
  expect(await readFile(shard)).toEqual(before);
  expect(err()).toContain(
    'a result is left out that was not made of the task that this run sent (run.init, "by hand")',
  );
  expect(await hand.depth('results')).toBe(0);
});

test('failures and claims that do not name the task that the run sent cost the run nothing', async () => {
  const shards: Job['shards'] = ['data/0.safetensors', 'data/1.safetensors'];
  const { ended, err } = await hand.trainHere({ max_failures: 1, shards });
  const init = await hand.worker.next('init');
  const wrong = hash('sha256', 'guessed');
  const forge = async (id: string): Promise<void> => {
    for (const task_sha256 of [undefined, wrong]) {
      for (const event of ['failed', 'given_up']) {
        for (const verdict of ['poison', 'fatal', undefined])
          await hand.worker.tell({
            event,
            task: id,
            attempt: 1,
            verdict,
            error: 'forged',
            task_sha256,
          });
      }
      await hand.worker.tell({ event: 'started', task: id, attempt: 1, task_sha256 });
    }
  };
  await forge(init.id);
  // It has all tasks of the round, even before they are sent, and keeps them.
  const claim = ['run.r0.s0', 'run.r0.s1', 'run.r0.eval'].map((id) => ({
    ...{ id, attempt: 1, started_at: new Date().toISOString(), task_sha256: wrong },
  }));
  const beat = { worker: 'forger', state: 'busy', concurrency: 1, tasks: claim };
  const beating = setInterval(() => void hand.worker.tell(beat).catch(() => undefined), 50);
  onTestFinished(() => clearInterval(beating));
  await hand.worker.tell(beat);
  await until(() => err().includes('an event is left out'), 'what is told');
  await hand.worker.answer(init);
  const first = await hand.worker.next('r0.s0');
  await forge(first.id);
  await hand.worker.answer(first);
  await hand.worker.do('r0.s1', 'r0.eval');
  expect((await ended).code).toBe(0);
  expect(err()).not.toContain('forged');
});
