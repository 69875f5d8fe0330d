// A publisher that is killed at the steps that publish-killed.broker.test.ts leaves out, and again
// and again.
import { expect, test } from 'vitest';
import { layPublishBed, linesOf } from '../publish-bed.ts';
import {
  again,
  allArrived,
  count,
  idsByTask,
  killAndPublishAgain,
  killAt,
} from './killed-publisher.ts';

test.each([
  { step: 'journaled', number: 1, delay: 0 },
  { step: 'sent', number: 1, delay: 0 },
  { step: 'sent', number: 60, delay: 0 },
  { step: 'sent', number: 60, delay: 5 },
  { step: 'confirmed', number: 1, delay: 0 },
  { step: 'confirmed', number: 70, delay: 2 },
  { step: 'confirmed', number: count, delay: 0 },
] as const)('killed when task $number was $step, after $delay ms', killAndPublishAgain);

test('killed again and again, all tasks arrive', async () => {
  const bed = await layPublishBed(linesOf(count));
  for (const number of [10, 40, 41, 90, 130]) {
    await killAt(bed, { step: number % 2 === 0 ? 'sent' : 'confirmed', number, delay: 0 });
  }
  expect(await again(bed)).toMatchObject({ code: 0 });
  const ids = idsByTask(await allArrived(bed));
  expect(ids.size).toBe(count);
  expect([...ids.values()].every(({ size }) => size === 1)).toBe(true);
});
