// A publisher that is killed neither loses a task nor forgets what it was: real kills, and the same
// command again. publish-killed.long.test.ts kills it at other steps, and again and again.
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testInWhole } from '../../sample.ts';
import { layPublishBed, linesOf } from '../publish-bed.ts';
import {
  again,
  allArrived,
  count,
  idsByTask,
  killAndPublishAgain,
  killAt,
  window,
} from './killed-publisher.ts';

test('killed when task 60 was sent, after 2 ms', () =>
  killAndPublishAgain({ step: 'sent', number: 60, delay: 2 }));

// Below, each of these kills, too.
for (const [step, number] of [
  ['journaled', 90],
  ['confirmed', 70],
  ['finished', count],
] as const)
  testInWhole(`killed when task ${number} was ${step}`, () =>
    killAndPublishAgain({ step, number, delay: 0 }),
  );

test('what was confirmed and not recorded is sent again, and what was recorded is not', async () => {
  const bed = await layPublishBed(linesOf(count));
  await killAt(bed, { step: 'finished', number: count, delay: 0 });
  expect(await allArrived(bed)).toHaveLength(count);
  const fates = (await bed.kept()).find((name) => name.startsWith('fates')) ?? '';
  const file = join(bed.folder, '.topo-harness/outbox', fates);
  const [first = ''] = (await readFile(file, 'utf8')).split('\n');
  await truncate(file, first.length + 1);
  const recorded = JSON.parse(first.slice(9)) as { from: number; to: number }[];
  const sum = recorded.reduce((total, { from, to }) => total + to - from + 1, 0);
  expect(sum).toBeLessThanOrEqual(count);
  const { out } = await again(bed);
  expect(JSON.parse(out)).toMatchObject({ confirmed: count, confirmed_before: sum });
  expect(await allArrived(bed)).toHaveLength(count - sum);
});

testInWhole('control: without its outbox, a task that was sent twice counts twice', async () => {
  const bed = await layPublishBed(linesOf(count));
  await killAt(bed, { step: 'confirmed', number: 100, delay: 0 });
  await rm(join(bed.folder, '.topo-harness'), { recursive: true });
  await again(bed);
  const ids = idsByTask(await allArrived(bed));
  expect([...ids.values()].filter(({ size }) => size === 2).length).toBeGreaterThanOrEqual(
    100 - window,
  );
});

test('a line that a crash left unfinished is cut off, and read again from the input', async () => {
  const bed = await layPublishBed(linesOf(count));
  await killAt(bed, { step: 'sent', number: 30, delay: 0 });
  const file = join(bed.folder, '.topo-harness/outbox/tasks.journal');
  const journal = await readFile(file);
  // Cut within the last record; behind it the zeros of a power cut.
  await writeFile(file, Buffer.concat([journal.subarray(0, -9), Buffer.alloc(5_000)]));
  expect(await again(bed)).toMatchObject({ code: 0 });
  expect(idsByTask(await allArrived(bed)).size).toBe(count);
});

test('a damaged record amid sound ones is an error, and nothing is sent', async () => {
  const bed = await layPublishBed(linesOf(count));
  await killAt(bed, { step: 'journaled', number: 1, delay: 0 });
  const file = join(bed.folder, '.topo-harness/outbox/tasks.journal');
  const journal = await readFile(file, 'utf8');
  await writeFile(file, journal.replace('"round":3', '"round":4'));
  const { code, err } = await again(bed);
  expect(code).toBe(1);
  expect(err).toContain('tasks.journal is damaged: the record at byte');
  expect(await allArrived(bed)).toEqual([]);
  expect(await bed.run([bed.tasks, '--round-robin', '--discard'])).toMatchObject({ code: 0 });
  expect(await allArrived(bed)).toHaveLength(count);
});
