// Checks the folder .topo, where topo keeps what it reads back: sandboxes, and applies under way.
import { execFile } from 'node:child_process';
import { lstat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ExpectedError } from '../topology/problem.ts';
import { hasOwnFolder } from './own-place.ts';

/**
 * False if there is none. Throws ExpectedError for one that others may write to, or that came with
 * a checkout.
 */
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

/** Don't use git's own search: it would find a bare repository within the checkout first. */
async function findTree(folder: string): Promise<string | undefined> {
  const isThere = await lstat(join(folder, '.git')).then(
    () => true,
    () => false,
  );
  if (isThere) return folder;
  return dirname(folder) === folder ? undefined : findTree(dirname(folder));
}

/** `icase`: some file systems don't tell .TOPO from .topo. Nothing if git is missing, or fails. */
async function listFiles(tree: string, path: string): Promise<readonly string[]> {
  const files = [`:(top,literal,icase)${path}`];
  const args = [
    ...['--git-dir', join(tree, '.git'), '--work-tree', tree, '-c', 'core.fsmonitor=false'],
    ...['ls-files', '-z', '--', ...files],
  ];
  // Git settings in the environment, such as a hook's, are about another repository.
  const env = { PATH: process.env['PATH'], GIT_ALLOW_PROTOCOL: 'none', GIT_OPTIONAL_LOCKS: '0' };
  const listing = promisify(execFile)('git', args, { cwd: tree, env, maxBuffer: 64 * 2 ** 20 });
  const listed = await listing.catch(() => ({ stdout: '' }));
  return listed.stdout.split('\0').filter((file) => file !== '');
}
