// Trainers that a worker has to start again: no task is given up unread.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openExecHandler } from '../../../src/harness/trainers/exec/exec-handler.ts';
import { atEnd } from '../../at-end.ts';
import { hardened, layBed, until } from '../bed.ts';
import { optionsFor } from './exec/options-for.ts';
import { barePython } from './exec/python.ts';
import { folder as trainers } from './exec/trainer.ts';
import { work } from '../worker-bed.ts';

const folder = mkdtempSync(join(tmpdir(), 'topo-starts-'));
atEnd(() => rmSync(folder, { recursive: true }));

const trainerThat = (how: string, counter = '') => {
  const command = `${barePython} '${trainers}misbehave.py' ${how} ${counter}`;
  return openExecHandler(optionsFor(command).options);
};

test('a trainer that loads longer than a task may take costs no task an attempt', async () => {
  const bed = await layBed(hardened);
  const ids = ['good-1', 'good-2', 'good-3'];
  for (const id of ['bad', ...ids]) await bed.publish(id);
  const handlers = [trainerThat('slow-to-load')];
  await work(bed, { handlers, prefetch: 4, max_task: 2_500, max_attempts: 1 });
  expect([...(await bed.results(3)).keys()].sort()).toEqual(ids);
  const letters = await bed.takeAll('dead');
  expect(letters.map(({ properties }) => properties.messageId as string)).toEqual(['bad']);
});

test('a trainer that can not start any more makes the worker unfit, and its tasks go back', async () => {
  const bed = await layBed(hardened);
  for (const id of ['bad', 'good-1', 'good-2']) await bed.publish(id);
  const starts = join(folder, 'starts');
  const handlers = [trainerThat('ready-once', starts)];
  const worker = await work(bed, { handlers, prefetch: 3 });
  expect(await worker.ended).toMatchObject({
    kind: 'failed',
    error: {
      message:
        'the worker is unfit: 2 trainers in a row were not ready; the last: the trainer ended with code 1: no GPU',
    },
  });
  expect(readFileSync(starts, 'utf8')).toHaveLength(3);
  await until(async () => (await bed.depth('w1')) === 3, 'all to be back');
  expect(await bed.depth('dead')).toBe(0);
});
