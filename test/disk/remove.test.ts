// What is removed from folders that others may write to.
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeFile, removeTree } from '../../src/disk/remove.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-remove-'));
  await mkdir(join(folder, 'tree/a/b'), { recursive: true });
  await mkdir(join(folder, 'mine'));
  for (const name of ['tree/x', 'tree/a/b/y', 'mine/z']) await writeFile(join(folder, name), 'x');
});
afterEach(() => rm(folder, { recursive: true }));

const left = async (): Promise<string[]> => (await readdir(folder, { recursive: true })).sort();

test('a tree goes, and what links in it lead to stays', async () => {
  await symlink(join(folder, 'mine'), join(folder, 'tree/a/link'));
  await symlink('nowhere', join(folder, 'tree/loose'));
  await removeTree(join(folder, 'tree'));
  expect(await left()).toEqual(['mine', 'mine/z']);
});

test('a file and a link to a folder go by themselves', async () => {
  await symlink(join(folder, 'mine'), join(folder, 'link'));
  await removeTree(join(folder, 'link'));
  await removeTree(join(folder, 'tree/x'));
  await removeTree(join(folder, 'gone'));
  expect(await left()).toEqual(['mine', 'mine/z', 'tree', 'tree/a', 'tree/a/b', 'tree/a/b/y']);
});

test.skipIf(process.platform !== 'linux')(
  'a file is not removed where a link has taken the place of a folder on its way',
  async () => {
    await symlink(join(folder, 'mine'), join(folder, 'link'));
    await expect(removeFile(join(folder, 'link/z'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await mkdir(join(folder, 'mine/deep'));
    await writeFile(join(folder, 'mine/deep/z'), 'x');
    await expect(removeFile(join(folder, 'link/deep/z'))).rejects.toThrow('was replaced');
    await removeFile(join(folder, 'mine/z'));
    expect(await left()).not.toContain('mine/z');
    expect(await left()).toContain('mine/deep/z');
  },
);
