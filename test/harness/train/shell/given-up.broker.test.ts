// Runs that are given up: what is theirs goes, and nothing else.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeDead } from '../../../../src/harness/dead/folder.ts';
import { callBuilt } from '../../run-harness.ts';
import { bad, ByHand } from '../by-hand.ts';
import { until } from '../chaos/train-bed.ts';

const hand = new ByHand();
const harness = (...args: string[]) => callBuilt(args, { cwd: hand.bed.root });

test('a run that failed says why, and is given up with all that is its own, and nothing else', async () => {
  const { ended } = await hand.trainHere({ max_failures: 1 });
  await hand.worker.do('init');
  await hand.worker.answer(await hand.worker.next('r0.s0'), { samples: 1, parameters: bad });
  expect((await ended).code).toBe(6);
  const reason = /run\.r0\.s0 failed once, at last: the result of by hand is not valid: /;
  const shown = await harness('status', 'run');
  expect(shown.out.replaceAll(/\s+/g, ' ')).toMatch(
    new RegExp(`run failed because ${reason.source}`),
  );
  const told = JSON.parse((await harness('status', 'run', '--format', 'json')).out) as object;
  expect(told).toMatchObject({ state: 'failed', reason: expect.stringMatching(reason) as string });

  await hand.worker.stopTaking();
  await hand.bed.onBroker(async (channel) => {
    for (const [queue, id] of [
      ...[
        ['w1', 'run.r0.s0'],
        ['w1', 'other'],
        ['w1', 'run.r7.eval'],
        ['w1', 'runner.r0.s0'],
      ],
      ...[
        ['dead', 'run.init'],
        ['dead', 'elsewhere.r0.s0'],
      ],
      ...[
        ['results', 'run.r0.s0'],
        ['results', 'elsewhere.r0.s1'],
      ],
    ] as const) {
      channel.sendToQueue(queue, Buffer.from('{}'), { messageId: id });
    }
    await channel.waitForConfirms();
  });
  // What a worker could send nowhere.
  const kept = join(hand.bed.root, '.topo-harness/dead');
  for (const messageId of ['run.r0.s1', 'elsewhere.r0.s1']) {
    const letter = { exchange: '', routing_key: 'dead', content: Buffer.from('{}') };
    await writeDead(kept, { ...letter, properties: { messageId } });
  }
  expect(await harness('abandon', 'run')).toMatchObject({
    ...{ code: 4, err: 'without a terminal, abandon needs --yes\n' },
  });
  const stored = () => readdir(join(hand.bed.root, 'runs/run/parameters'));
  expect(await stored()).not.toEqual([]);
  expect(await harness('abandon', 'run', '--yes')).toEqual({
    ...{ code: 0, err: '', out: 'Abandoned: run, 3 messages and 2 dead letters dropped\n' },
  });
  await until(async () => (await hand.depth('w1')) === 2, 'those of others to be back');
  const left = async (queue: string) =>
    hand.bed.onBroker(async (channel) => {
      const ids: string[] = [];
      for (let one = await channel.get(queue); one; one = await channel.get(queue)) {
        ids.push(String(one.properties.messageId));
      }
      return ids;
    });
  expect(await left('w1')).toEqual(['other', 'runner.r0.s0']);
  expect(await left('dead')).toEqual(['elsewhere.r0.s0']);
  expect(await left('results')).toEqual(['elsewhere.r0.s1']);
  expect(await readdir(kept)).toHaveLength(1);
  expect((await harness('status')).out).toContain('run  abandoned\n');

  const again = await hand.trainHere({ max_failures: 1 }, '--resume');
  expect(await again.ended).toMatchObject({ code: 1 });
  expect(again.err()).toContain('run run was given up');
  expect(await harness('abandon', 'run', '--yes')).toMatchObject({
    ...{ code: 0, out: 'Abandoned: run, 0 messages and 0 dead letters dropped\n' },
  });
});

test('a run that goes on, and one that is not there, are not given up', async () => {
  const { err } = await hand.train();
  await hand.worker.next('init');
  const busy = await harness('abandon', 'run', '--yes');
  expect(busy.code).toBe(1);
  expect(busy.err).toMatch(/another coordinator \(pid \d+\) is on run run/);
  const elsewhere = await harness('abandon', 'ruin', '--yes');
  expect(elsewhere.code).toBe(1);
  expect(elsewhere.err).toContain('takes the results from queue results');
  hand.coordinators[0]?.child.kill('SIGINT');
  await hand.coordinators[0]?.ended;
  expect(err()).not.toContain('error');
  const unknown = await harness('abandon', 'ruin', '--yes');
  expect(unknown.code).toBe(1);
  expect(unknown.err).toBe(
    'error: there is no run ruin in runs, and nothing of it on the broker\n  hint: did you mean run?\n',
  );
});
