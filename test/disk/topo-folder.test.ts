// Whether git tracks what is in .topo: then it came with a checkout, such as that of a pull
// request.
import { spawnSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { hasTopoFolder } from '../../src/disk/topo-folder.ts';

const isRoot = process.getuid?.() === 0;

let tree = '';
beforeEach(async () => {
  tree = await realpath(await mkdtemp(join(tmpdir(), 'topo-tree-')));
  onTestFinished(() => rm(tree, { recursive: true, force: true }));
});

function git(...args: string[]): void {
  const who = [
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@b.example',
    '-c',
    'init.defaultBranch=main',
  ];
  const { status, stderr } = spawnSync('git', ['-C', tree, ...who, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** A commit that holds a record of a sandbox, below the folder. */
async function commit(below: string, name = '.topo'): Promise<string> {
  const folder = join(tree, below, name);
  await mkdir(join(folder, 'default'), { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'default', 'sandbox.json'), '{}');
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'a pull request');
  return folder;
}

const refused = (folder: string) =>
  expect(hasTopoFolder(folder)).rejects.toMatchObject({
    message: `git tracks ${folder}/default/sandbox.json: it came with the checkout`,
    hint: `topo keeps there what it believes later: git rm -r --cached ${folder}, remove it, and put .topo/ into .gitignore`,
  });

test('a folder in no repository is as good as any', async () => {
  expect(await hasTopoFolder(join(tree, '.topo'))).toBe(false);
  await mkdir(join(tree, '.topo'), { mode: 0o700 });
  expect(await hasTopoFolder(join(tree, '.topo'))).toBe(true);
});

test('so is one that git does not track, beside others that it does', async () => {
  await commit('', 'other');
  const folder = join(tree, '.topo');
  await mkdir(folder, { mode: 0o700 });
  await writeFile(join(folder, 'record'), '');
  await writeFile(join(tree, '.topology'), '');
  git('add', '.topology');
  expect(await hasTopoFolder(folder)).toBe(true);
});

test.each(['', 'deep/below', 'odd [a-z]* name'])(
  'one that was committed in %j is refused',
  async (below) => {
    await refused(await commit(below));
  },
);

test('one that was only added is refused', async () => {
  const folder = await commit('', 'other');
  await rename(folder, join(tree, '.topo'));
  git('add', '--all');
  await refused(join(tree, '.topo'));
});

test('one that was committed in other letters is refused, where the file system does not tell them apart', async () => {
  const folder = await commit('', '.TOPO');
  await mkdir(join(tree, '.topo'), { recursive: true, mode: 0o700 });
  await expect(hasTopoFolder(join(tree, '.topo'))).rejects.toThrow(`git tracks ${folder}/default`);
});

test('one in a work tree beside the repository is refused', async () => {
  await commit('');
  const beside = `${tree}-beside`;
  onTestFinished(() => rm(beside, { recursive: true, force: true }));
  git('worktree', 'add', '--quiet', beside);
  const { status } = spawnSync('chmod', ['-R', 'go-w', beside]);
  expect(status).toBe(0);
  await refused(join(beside, '.topo'));
});

test('a bare repository that came with the checkout does not hide the one around it', async () => {
  await mkdir(join(tree, 'bare'));
  spawnSync('git', ['init', '--quiet', '--bare', join(tree, 'bare')]);
  const { stdout } = spawnSync('git', ['-C', join(tree, 'bare'), 'rev-parse', '--git-dir'], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('.\n');
  await refused(await commit('bare'));
});

test('settings of a hook that topo runs in are about another repository', async () => {
  const folder = await commit('');
  vi.stubEnv('GIT_DIR', '/nowhere');
  vi.stubEnv('GIT_INDEX_FILE', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  await refused(folder);
});

test.skipIf(!isRoot)(
  'a checkout of another user is looked into, too, as in a container of CI',
  async () => {
    const folder = await commit('');
    await chown(tree, 4711, 4711);
    await chown(join(tree, '.git'), 4711, 4711);
    await refused(folder);
  },
);

test('where git is missing nobody can tell', async () => {
  const folder = await commit('');
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await hasTopoFolder(folder)).toBe(true);
});
