// The folder .topo, where topo keeps what it reads back: sandboxes, and plans under way.
import { execFile } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ExpectedError } from '../topology/problem.ts';
import { hasOwnFolder } from './own-place.ts';

/** False where there is none. Throws ExpectedError for one that is not the caller's alone, or that came with a checkout. */
export async function hasTopoFolder(path: string): Promise<boolean> {
  if (!(await hasOwnFolder(path))) return false;
  const tracked = await readTracked(resolve(path));
  if (tracked === undefined) return true;
  throw new ExpectedError(`git tracks ${join(path, tracked)}: it came with the checkout`, {
    hint: `topo keeps there what it believes later: git rm -r --cached ${path}, remove it, and put ${basename(path)}/ into .gitignore`,
  });
}

/** A file in it that git tracks, as a path from there. */
async function readTracked(path: string): Promise<string | undefined> {
  const tree = await findTree(dirname(path));
  if (tree === undefined) return undefined;
  const first = (await listFiles(tree, relative(tree, path))).at(0);
  return first === undefined ? undefined : relative(path, join(tree, first));
}

/** Not by git's own search: a bare repository, which a checkout may hold, would be found before the one around it. */
async function findTree(folder: string): Promise<string | undefined> {
  const isThere = await lstat(join(folder, '.git')).then(
    () => true,
    () => false,
  );
  if (isThere) return folder;
  return dirname(folder) === folder ? undefined : findTree(dirname(folder));
}

/** `icase`: there are file systems that tell .TOPO from .topo as little. Nothing where git is missing, or cannot tell. */
async function listFiles(tree: string, path: string): Promise<readonly string[]> {
  const files = [`:(top,literal,icase)${path}`];
  const args = [
    ...['--git-dir', join(tree, '.git'), '--work-tree', tree, '-c', 'core.fsmonitor=false'],
    ...['ls-files', '-z', '--', ...files],
  ];
  // Settings of the shell, of a hook that topo runs in for instance, are about another repository.
  const env = { PATH: process.env['PATH'], GIT_ALLOW_PROTOCOL: 'none', GIT_OPTIONAL_LOCKS: '0' };
  const listing = promisify(execFile)('git', args, { cwd: tree, env, maxBuffer: 64 * 2 ** 20 });
  const listed = await listing.catch(() => ({ stdout: '' }));
  return listed.stdout.split('\0').filter((file) => file !== '');
}
