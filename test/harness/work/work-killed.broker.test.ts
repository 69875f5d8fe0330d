// A worker that is killed with SIGKILL on the way of a task: another one finds everything, and no
// task is lost. work-killed.long.test.ts has all other steps.
import { expect, test } from 'vitest';
import { testInWhole } from '../../sample.ts';
import { hardened, layBed, until } from '../bed.ts';
import {
  killAtFailure,
  killAtPoison,
  killAtTask,
  killAtWrittenResult,
  runAgain,
  runUntilKilled,
} from './killed-worker.ts';

test('killed when a task is kept', () => killAtTask('kept'));
for (const step of ['started', 'result_published'])
  testInWhole(`killed when a task is ${step}`, () => killAtTask(step));
test('killed when a failure is retry_published', () => killAtFailure('retry_published'));
test('killed when poison is dead_published', () => killAtPoison('dead_published'));
test('killed when a result of the plain topology is result_written', () =>
  killAtWrittenResult('result_written'));

test('a task that ends its worker each time is dead-lettered, whatever the queue counts', async () => {
  const bed = await layBed(hardened);
  await bed.publish('crash-1');
  for (let count = 0; count < 3; count++) await runUntilKilled(bed, 'never');
  await runAgain(bed, async () => {
    await until(async () => (await bed.depth('dead')) === 1, 'the dead letter');
  });
  const letter = await bed.take('dead');
  expect(letter?.properties.headers?.['x-topo-error']).toBe(
    'the worker ended 3 times in a row while it trained this task',
  );
});
