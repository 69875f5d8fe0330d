// A file that is replaced whole, or made where nothing is.
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { replaceFile, takeFreePlace } from '../../src/disk/replace-file.ts';

let folder = '';
let file = '';
let victim = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-replace-'));
  file = join(folder, 'file');
  victim = join(folder, 'victim');
  await writeFile(victim, 'precious');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

test.each(['file', 'file.new'])('a link in the place of %s is not followed', async (name) => {
  await symlink(victim, join(folder, name));
  await replaceFile(file, 'text', { sync: true });
  expect(await readFile(file, 'utf8')).toBe('text');
  expect((await lstat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(victim, 'utf8')).toBe('precious');
});

test('a file that can not be written is an error with its name, and leaves nothing', async () => {
  await mkdir(join(file, 'below'), { recursive: true });
  await expect(replaceFile(file, 'text', { sync: true })).rejects.toMatchObject({
    message: `${file} can't be written: EISDIR`,
  });
  expect(await readdir(folder)).toEqual(['file', 'victim']);
});

test('a place that is taken is left as it is', async () => {
  await writeFile(file, 'made');
  await expect(takeFreePlace(file, victim)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(victim, 'utf8')).toBe('precious');
  await takeFreePlace(file, join(folder, 'free'));
  expect(await readdir(folder)).toEqual(['free', 'victim']);
});
