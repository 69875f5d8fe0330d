// What a coordinator makes of results that no worker of ours gives, or not in that order.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Task } from '../../../../src/harness/messaging/task.generated.ts';
import { bad, ByHand } from '../by-hand.ts';
import { until } from '../chaos/train-bed.ts';
import { HandWorker, parameters } from '../hand-worker.ts';
import { answerSpoiled, spoiled } from '../spoiled-results.ts';

const hand = new ByHand();

test('of evaluations that come in another order the last round’s is told at the end', async () => {
  const { ended } = await hand.trainHere({ rounds: 2 });
  await hand.worker.do('init', 'r0.s0', 'r1.s0');
  await hand.worker.answer(await hand.worker.next('r1.eval'), { metrics: { accuracy: 0.9 } });
  const isNoted = async (): Promise<boolean> =>
    (await hand.bed.ledger('run')).some(
      (record) => record.kind === 'accepted' && record.unit.id === 'run.r1.eval',
    );
  await until(isNoted, 'the evaluation of the last round');
  await hand.worker.answer(await hand.worker.next('r0.eval'), { metrics: { accuracy: 0.1 } });
  const { code, out } = await ended;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ state: 'finished', evaluation: { accuracy: 0.9 } });
});

test.each(spoiled)(
  'a result with $what leaves the queue, counts as a failure, and its unit is asked for again, in other words',
  (one) => answerSpoiled(hand, one),
);

test('a result that is not valid comes once more, and counts once, for a run that goes on with it, too', async () => {
  const again = async (task: Task): Promise<void> => {
    const before = await invalid();
    await hand.worker.answer(task, { parameters: bad });
    await until(async () => (await invalid()) === before + 1, 'its end');
  };
  const invalid = async (): Promise<number> =>
    (await hand.bed.timeline('run')).filter((entry) => entry.kind === 'dropped').length;
  const interrupted = await hand.train({ max_failures: 2 });
  await hand.worker.do('init');
  const first = await hand.worker.next('r0.s0');
  await again(first);
  await again(first);
  const counted = async (): Promise<number> =>
    (await hand.bed.ledger('run')).filter(({ kind }) => kind === 'rejected').length;
  expect(await counted()).toBe(1);
  interrupted.child.kill('SIGKILL');
  await interrupted.ended;
  const { ended } = await hand.trainHere({ max_failures: 2 }, '--resume');
  const isAnew = ({ labels }: Task): boolean => labels?.['rejected'] !== undefined;
  const second = await hand.worker.next('r0.s0', isAnew);
  await again(first);
  await hand.worker.answer(second);
  await hand.worker.do('r0.eval');
  expect((await ended).code).toBe(0);
  expect(await counted()).toBe(1);
});

test('a result that can not be read comes again and again: that ends the run', async () => {
  const { ended } = await hand.trainHere({ max_failures: 2 });
  await hand.worker.do('init');
  for (let times = 0; times < 2; times++) {
    await hand.worker.answer(await hand.worker.next('r0.s0'), { parameters: bad });
  }
  const { code, err } = await ended;
  expect(err).toMatch(/run\.r0\.s0 failed 2 times, at last: the result of by hand is not valid/);
  expect(code).toBe(6);
});

test('an evaluation that fails for good is told, and the run comes to its end', async () => {
  const { ended } = await hand.trainHere({ max_failures: 2 }, '--quiet');
  await hand.worker.do('init', 'r0.s0');
  const bad = { parameters: { ...parameters, sha256: '0'.repeat(64) } };
  for (let times = 0; times < 2; times++)
    await hand.worker.answer(await hand.worker.next('r0.eval'), bad);
  const { code, out, err } = await ended;
  expect(code).toBe(0);
  const reason = expect.stringMatching(/^run\.r0\.eval failed 2 times, at last: /) as string;
  const left_out = [{ round: 0, reason }];
  expect(JSON.parse(out)).toMatchObject({
    state: 'finished',
    closed: 1,
    left_out,
    tasks: 2,
    failures: 2,
  });
  expect(err).toMatch(/^warning: no evaluation of round 0: run\.r0\.eval failed 2 times/m);
  const told = { kind: 'left_out', reason } as never;
  expect(await hand.bed.timeline('run')).toContainEqual(expect.objectContaining(told));
});

test('a resumed run measures the file that it began with: another is another by its hash', async () => {
  const first = await hand.train();
  await hand.worker.next('init');
  first.child.kill('SIGINT');
  expect((await first.ended).code).toBe(130);
  await writeFile(join(hand.bed.root, 'data/4.safetensors'), 'another');
  const second = await hand.trainHere({}, '--resume');
  await hand.worker.do('init', 'r0.s0');
  const evaluation = await hand.worker.next('r0.eval');
  expect(evaluation.shard).toEqual(hand.bed.data.evaluation);
  await hand.worker.answer(evaluation);
  expect((await second.ended).code).toBe(0);
});

test('a worker without a key of its own is told before anything is begun', async () => {
  const file = join(hand.bed.root, 'topology.yaml');
  const text = await readFile(file, 'utf8');
  const pattern = text.replace('"routing_key":"w1"', '"routing_key":"*"');
  await writeFile(file, pattern.replace('"jobs","type":"direct"', '"jobs","type":"topic"'));
  const { code, err } = await (await hand.trainHere()).ended;
  expect({ code, err }).toEqual({
    code: 3,
    err: `error: no binding has a routing key that leads only to queue "w1"
  hint: bind it with a key of its own: each training task is for one worker
`,
  });
  expect(existsSync(join(hand.bed.root, 'runs'))).toBe(false);
});

test('a model outside of the roots is not read, and nothing is begun', async () => {
  const outside = join(hand.bed.root, '..', 'first.safetensors');
  const { code, err } = await (
    await hand.trainHere({ model: { parameters: outside, hyperparameters: {} } })
  ).ended;
  expect(code).toBe(3);
  expect(err).toContain('lies outside of the roots');
  expect(err).toContain('hint: name a safetensors file below --root DIR, or leave it out');
  expect(existsSync(join(hand.bed.root, 'runs', 'run'))).toBe(false);
});

test('a worker whose queue the topology does not have gets no tasks, and ends nothing', async () => {
  const stray = await HandWorker.open(hand.url, 'dead');
  try {
    const { ended, err } = await hand.trainHere();
    await until(() => err().includes('queue "dead"'), 'the warning');
    await hand.worker.do('init', 'r0.s0', 'r0.eval');
    const { code, err: told } = await ended;
    expect(code).toBe(0);
    expect(told.split('\n').filter((line) => line.includes('queue "dead"'))).toEqual([
      'worker "by hand" takes tasks from queue "dead", which is no worker\'s queue in the topology of this run: it gets none, unless the run is resumed with a topology that has the queue',
    ]);
    expect(stray.tasks).toEqual([]);
  } finally {
    await stray.close();
  }
});

test('a failure that names the task that the run sent counts', async () => {
  const { ended } = await hand.trainHere({ max_failures: 1 });
  await hand.worker.fail(await hand.worker.next('init'), 'poison');
  const { code, err } = await ended;
  expect(code).toBe(6);
  expect(err).toContain('run.init failed once, at last: by hand: no such file');
});

test("other runs' results, and what is none, are still in the queue afterwards", async () => {
  const at = new Date().toISOString();
  const other = {
    ...{ version: 1, task: 'elsewhere.r0.s0', run: 'elsewhere', worker: 'someone', attempt: 1 },
    ...{ started_at: at, finished_at: at, samples: 1 },
  };
  const strangers = ['{"what": "is this"}', JSON.stringify(other)];
  await hand.bed.onBroker(async (channel) => {
    for (const text of strangers)
      channel.sendToQueue('results', Buffer.from(text), { persistent: true });
    return Promise.resolve();
  });
  const { ended } = await hand.trainHere();
  await hand.worker.do('init', 'r0.s0', 'r0.eval');
  expect((await ended).code).toBe(0);
  const left = await hand.bed.onBroker(async (channel) => {
    const texts: string[] = [];
    await sleep(200);
    for (;;) {
      const message = await channel.get('results', { noAck: true });
      if (message === false) return texts;
      texts.push(message.content.toString());
    }
  });
  expect(left.sort()).toEqual(strangers.sort());
});
