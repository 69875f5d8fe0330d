// Files of inline parameters: shared while they are used, gone afterwards, also those of a worker
// that was killed.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { encodeInline } from '../../../src/harness/messaging/inline.ts';
import { readProcessId } from '../../../src/disk/pid.ts';
import { inline } from '../../../src/harness/data/stores/inline.ts';
import { shardDefaults } from '../../../src/harness/data/shard/settings.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true });
});

async function freshCache(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-inline-'));
  made.push(folder);
  return join(folder, 'cache');
}

const parameters = encodeInline(Buffer.from('model'));
const { signal } = new AbortController();
const hold = (cache: string) => inline.open(parameters, { ...shardDefaults, cache }, signal);

test('tasks that run at the same time share a file, and the last one removes it', async () => {
  const cache = await freshCache();
  const held = await Promise.all([1, 2, 3].map(() => hold(cache)));
  const [path = ''] = new Set(held.map((one) => one.path));
  expect(held.map((one) => one.path)).toEqual([path, path, path]);
  for (const { release } of held) {
    expect(await readFile(path, 'utf8')).toBe('model');
    await release();
  }
  await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a task that comes while the file is removed has its own', async () => {
  const cache = await freshCache();
  for (let times = 0; times < 50; times++) {
    const first = await hold(cache);
    const [, second] = await Promise.all([first.release(), hold(cache)]);
    expect(await readFile(second.path, 'utf8')).toBe('model');
    await second.release();
  }
});

test('what a killed worker left is removed, and what another one uses is not', async () => {
  const cache = await freshCache();
  const other = await readProcessId(process.ppid);
  const names = [
    `${process.ppid}-${other?.since}`,
    ...['4194304-77', `${process.ppid}-1`, '4194304-%zz', 'mine'],
  ];
  for (const name of names) {
    await mkdir(join(cache, 'inline', name), { recursive: true });
    await writeFile(join(cache, 'inline', name, 'x.1.safetensors'), '');
  }
  const { path, release } = await hold(cache);
  const own = path.split('/').at(-2) ?? '';
  expect(new Set(await readdir(join(cache, 'inline')))).toEqual(new Set([names[0], 'mine', own]));
  await release();
});

test('a folder that can not be written to is a retryable failure, and heals', async () => {
  const cache = await freshCache();
  await writeFile(cache, 'a file');
  await expect(hold(cache)).rejects.toMatchObject({
    verdict: 'retryable',
    message: expect.stringMatching(/can't be written to .*: (ENOTDIR|EEXIST)/) as string,
  });
  await rm(cache);
  const { path, release } = await hold(cache);
  expect(await readFile(path, 'utf8')).toBe('model');
  await release();
});
