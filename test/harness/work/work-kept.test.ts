// What a worker remembers on disk: bounded, and whole after it was killed in the middle of a line.
import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Result } from '../../../src/harness/messaging/result.generated.ts';
import { KeptResults, type KeptBounds } from '../../../src/harness/work/kept-results.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function fresh(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-kept-'));
  folders.push(folder);
  return folder;
}

const time = '2026-11-23T09:00:00.000Z';
const resultOf = (task: string): Result => ({
  ...{ version: 1, task, worker: 'w', attempt: 1, started_at: time, finished_at: time },
});

async function reopen(
  kept: KeptResults,
  folder: string,
  bounds?: KeptBounds,
): Promise<KeptResults> {
  await kept.close();
  return KeptResults.open(folder, bounds);
}

test('results are found again by id and content, also by the next worker', async () => {
  const folder = await fresh();
  let kept = await KeptResults.open(folder);
  await Promise.all(['a', 'b', 'ü'].map((id) => kept.keep(id, 'body', resultOf(id))));
  for (let times = 0; times < 2; times++) {
    expect(await kept.find('ü', 'body')).toEqual(resultOf('ü'));
    expect(await kept.find('a', 'another body')).toBeUndefined();
    kept = await reopen(kept, folder);
  }
  await kept.close();
});

test('the newest are kept, and the rest is deleted', async () => {
  const folder = await fresh();
  const bounds = { results: 80, bytes: 2 ** 20 };
  let kept = await KeptResults.open(folder, bounds);
  for (let n = 0; n < 1_000; n++) await kept.keep(`task-${n}`, 'body', resultOf(`task-${n}`));
  kept = await reopen(kept, folder, bounds);
  const found = Array.from({ length: 1_000 }, (_, n) => kept.has(`task-${n}`, 'body'));
  expect(found.lastIndexOf(false)).toBeGreaterThan(1_000 - 100);
  expect(found.lastIndexOf(false)).toBeLessThan(1_000 - 60);
  expect((await readdir(folder)).length).toBeLessThan(12);
  await kept.close();
});

test('results with inline parameters are long: fewer are kept, the newest always', async () => {
  const folder = await fresh();
  let kept = await KeptResults.open(folder);
  const inline = 'A'.repeat(11 * 2 ** 20);
  const long = (id: string): Result => ({
    ...resultOf(id),
    parameters: { inline, sha256: '0'.repeat(64) },
  });
  for (let n = 0; n < 9; n++) await kept.keep(`long-${n}`, 'body', long(`long-${n}`));
  kept = await reopen(kept, folder);
  const found = Array.from({ length: 9 }, (_, n) => kept.has(`long-${n}`, 'body'));
  expect(found.slice(0, 3)).toEqual([false, false, false]);
  expect(found.slice(-4)).toEqual([true, true, true, true]);
  expect(await kept.find('long-8', 'body')).toEqual(long('long-8'));
  const sizes = await Promise.all((await readdir(folder)).map((name) => stat(join(folder, name))));
  expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan((64 + 12) * 2 ** 20);
  await kept.close();
});

test('a line that was cut off by a kill is passed over, and what was before it is there', async () => {
  const folder = await fresh();
  let kept = await KeptResults.open(folder);
  await kept.keep('a', 'body', resultOf('a'));
  await kept.close();
  const [segment = ''] = await readdir(folder);
  await appendFile(join(folder, segment), '{"kind":"done","id":"b","bo');
  kept = await KeptResults.open(folder);
  expect([kept.has('a', 'body'), kept.has('b', 'body')]).toEqual([true, false]);
  await kept.close();
});

test('begun and never ended counts as a crash, until the task ends in some other way', async () => {
  const folder = await fresh();
  let kept = await KeptResults.open(folder);
  for (let times = 1; times <= 3; times++) {
    await kept.started('a');
    await kept.started('b');
    await kept.ended('b');
    kept = await reopen(kept, folder);
    expect([kept.crashes('a'), kept.crashes('b')]).toEqual([times, 0]);
  }
  await kept.ended('a');
  kept = await reopen(kept, folder);
  expect(kept.crashes('a')).toBe(0);
  expect((await readdir(folder)).length).toBeLessThan(3);
  await kept.close();
});
