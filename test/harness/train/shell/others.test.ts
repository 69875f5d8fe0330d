// What a coordinator does with results that are not of its run, however many there are.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Delivery } from '../../../../src/harness/messaging/consumer.ts';
import type { Result } from '../../../../src/harness/messaging/result.generated.ts';
import { Others, type OthersParts } from '../../../../src/harness/train/shell/others.ts';

const resultOf = (task: string, run?: string): Result => ({
  ...{ version: 1, task, worker: 'w', attempt: 1, ...(run !== undefined && { run }) },
  ...{ started_at: '2026-11-23T09:00:00.000Z', finished_at: '2026-11-23T09:00:00.000Z' },
});

async function layBed(changes: Partial<OthersParts> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'topo-others-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'others.jsonl');
  const told: string[] = [];
  const asked: string[] = [];
  const dropped: string[] = [];
  const others = new Others({
    ...{ path, most: 2 },
    isOver: (run) => {
      asked.push(run);
      return Promise.resolve(run === 'over');
    },
    drop: ({ task }) => Promise.resolve(dropped.push(task)).then(() => undefined),
    onWarning: (message) => told.push(message.replace(folder, '')),
    ...changes,
  });
  let acked = 0;
  const take = async (result: Result | undefined): Promise<void> => {
    const ack = (): boolean => ++acked > 0;
    await others.setAside({ queue: 'results', ack } as unknown as Delivery, result);
  };
  const written = async (): Promise<string[]> => {
    await others.close();
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    return lines.map((line) => (JSON.parse(line) as Result).task);
  };
  return { take, written, others, told, asked, dropped, acked: () => acked };
}

test('a few stay in the queue, further ones go to the file, and what is no result is dropped', async () => {
  const { take, written, told, acked } = await layBed();
  for (const task of ['a', 'b', 'c', 'd']) await take(resultOf(task));
  for (let n = 0; n < 100; n++) await take(undefined);
  expect(acked()).toBe(102);
  expect(await written()).toEqual(['c', 'd']);
  expect(told).toEqual([
    'the result of a is in queue results, and not of this run: it goes back when this run ends. topo-harness results --output FILE takes results of published tasks',
    'queue results holds 2 results that are not of this run; further ones are written to /others.jsonl',
    'dropped 1 message that is no result from queue results, which holds 2 more that are not of this run',
    'dropped 10 messages that are no results from queue results, which holds 2 more that are not of this run',
    'dropped 100 messages that are no results from queue results, which holds 2 more that are not of this run',
  ]);
});

test('a full file takes no more, and what it does not take is counted', async () => {
  const { take, written, told } = await layBed({ most: 0, longest: 300 });
  for (let n = 0; n < 12; n++) await take(resultOf(`t${n}`));
  expect(await written()).toEqual(['t0', 't1']);
  expect(told.slice(1)).toEqual([
    'dropped 1 result that is not of this run: /others.jsonl is full',
    'dropped 10 results that are not of this run: /others.jsonl is full',
  ]);
});

test('a run is asked about once, and only for what can be its own; what it has no use for goes', async () => {
  const { take, asked, dropped, acked } = await layBed();
  await take(resultOf('over.r0.s0', 'over'));
  await take(resultOf('over.r0.s1', 'over'));
  await take(resultOf('task', 'over'));
  await take(resultOf('task'));
  expect([asked, dropped, acked()]).toEqual([['over'], ['over.r0.s0', 'over.r0.s1'], 2]);
});

test('what is held comes again over the next connection, and is held again', async () => {
  const { take, others, acked } = await layBed();
  for (let times = 0; times < 2; times++) {
    await take(resultOf('a'));
    await take(resultOf('b'));
    others.forgetHeld();
  }
  expect(acked()).toBe(0);
});
