// Lists the files that a glob of a job matches, by name. Uses tinyglobby: Node 20 has no glob, and
// it is the smallest of the well-kept libraries.
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { quote } from '../../../topology/quote.ts';
import { isNamedBelow, outside } from './local-shard.ts';
import { BadShard } from './shard-problem.ts';

/**
 * Absolute paths, or the path itself if it is no glob. A file whose very name is the glob comes
 * first. Throws BadShard.
 */
export async function findMatches(
  pattern: string,
  { base, root }: { readonly base: string; readonly root: string },
): Promise<string[]> {
  if (!/[*?[{(]/.test(pattern) || (await isFile(resolve(base, pattern)))) return [pattern];
  if (!(await staysBelow(pattern, base, root))) throw outside(pattern, root);
  const { glob } = await import('tinyglobby');
  const found = await glob(pattern, {
    cwd: base,
    absolute: true,
    onlyFiles: true,
    expandDirectories: false,
    followSymbolicLinks: true,
    dot: false,
  });
  if (found.length === 0) throw noMatch(pattern, base);
  // By code units, which no locale changes: the model depends on the order.
  return found.sort();
}

/** Nothing above the root is looked into. */
async function staysBelow(pattern: string, base: string, root: string): Promise<boolean> {
  const names = pattern.split('/');
  const first = names.findIndex((name) => /[*?[{(]/.test(name));
  if (names.slice(first).some((name) => name.includes('..'))) return false;
  const above = [pattern.startsWith('/') ? '/' : '.', ...names.slice(0, first)].join('/');
  const start = resolve(await realpath(base), above);
  return isNamedBelow(start, root) || isNamedBelow(start, await realpath(root));
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

const noMatch = (pattern: string, base: string): BadShard =>
  new BadShard(
    'no-shard',
    `no file matches ${quote(pattern)}`,
    `globs are below the folder of the job's file, ${resolve(base)}`,
  );
