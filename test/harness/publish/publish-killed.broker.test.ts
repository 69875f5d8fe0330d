// A publisher that is killed at any step neither loses a task nor forgets what it was: real kills,
// and the same command again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PublishStep } from '../../../src/harness/publish/options.ts';
import type { Task } from '../../../src/harness/messaging/task.generated.ts';
import { broker } from '../../broker.ts';
import { layPublishBed, linesOf, type PublishBed } from '../publish-bed.ts';

const count = 150;
const window = 20;
const program = new URL('publish-process.mjs', import.meta.url).pathname;

interface Death {
  readonly step: PublishStep;
  readonly number: number;
  /** Milliseconds from the step to the end. */
  readonly delay: number;
}

async function killAt(bed: PublishBed, death: Death): Promise<void> {
  const settings = {
    ...{ topology: bed.file, tasks: bed.tasks, amqpUrl: broker.amqpUrl, window, ...death },
    outbox: join(bed.folder, '.topo-harness/outbox'),
  };
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'] ?? '', PUBLISH_SETTINGS: JSON.stringify(settings) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
}

async function allArrived(bed: PublishBed): Promise<Task[]> {
  const messages = [...(await bed.takeAll('w1')), ...(await bed.takeAll('w2'))];
  return messages.map(({ content }) => JSON.parse(content.toString()) as Task);
}

/** Of each task of the file, the ids that it arrived with. */
function idsByTask(arrived: readonly Task[]): Map<number, Set<string>> {
  const ids = new Map<number, Set<string>>();
  for (const { round = -1, id } of arrived) ids.set(round, (ids.get(round) ?? new Set()).add(id));
  return ids;
}

const again = (bed: PublishBed) => bed.run([bed.tasks, '--round-robin', '--format', 'json']);

test.each<Death>([
  { step: 'journaled', number: 1, delay: 0 },
  { step: 'journaled', number: 90, delay: 0 },
  { step: 'sent', number: 1, delay: 0 },
  { step: 'sent', number: 60, delay: 0 },
  { step: 'sent', number: 60, delay: 2 },
  { step: 'sent', number: 60, delay: 5 },
  { step: 'confirmed', number: 1, delay: 0 },
  { step: 'confirmed', number: 70, delay: 0 },
  { step: 'confirmed', number: 70, delay: 2 },
  { step: 'confirmed', number: count, delay: 0 },
  { step: 'finished', number: count, delay: 0 },
])('killed when task $number was $step, after $delay ms', async (death) => {
  const bed = await layPublishBed(linesOf(count));
  await killAt(bed, death);
  const before = await allArrived(bed);
  const { code, out } = await again(bed);
  expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 0, confirmed: count });
  const after = await allArrived(bed);
  const ids = idsByTask([...before, ...after]);
  expect([...ids.keys()].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
  // A task that was sent twice was sent as the same task.
  expect([...ids.values()].every(({ size }) => size === 1)).toBe(true);
  expect(await bed.kept()).toEqual([]);
});

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

test('control: without its outbox, a task that was sent twice counts twice', async () => {
  const bed = await layPublishBed(linesOf(count));
  await killAt(bed, { step: 'confirmed', number: 100, delay: 0 });
  await rm(join(bed.folder, '.topo-harness'), { recursive: true });
  await again(bed);
  const ids = idsByTask(await allArrived(bed));
  expect([...ids.values()].filter(({ size }) => size === 2).length).toBeGreaterThanOrEqual(
    100 - window,
  );
});

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
