// The files that a glob of a job matches, in the order of their names. tinyglobby finds them: Node 20 has no glob, and of the
// libraries that are kept well it is the smallest.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { quote } from '../../topology/quote.ts';
import { BadShard } from './shard-problem.ts';

/** Absolute paths, or the path itself where it is no glob. A file whose very name is the glob comes first. Throws BadShard. */
export async function findMatches(pattern: string, base: string): Promise<string[]> {
  if (!/[*?[{(]/.test(pattern) || (await isFile(resolve(base, pattern)))) return [pattern];
  const { glob } = await import('tinyglobby');
  const found = await glob(pattern, {
    ...{ cwd: base, absolute: true, onlyFiles: true, expandDirectories: false },
    ...{ followSymbolicLinks: true, dot: false },
  });
  if (found.length === 0) throw noMatch(pattern, base);
  // By code units, which no locale changes: the model depends on the order.
  return found.sort();
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
