// Makes a folder for the files of one training, and removes it unless its result is in it. Never
// removes a path that a task or a trainer names.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TrainingError } from '../../handler.ts';
import type { Task } from '../../messaging/task.generated.ts';
import { aboutParameters, findFolderBelowRoots, isBelow } from './local-file.ts';
import { inOwnFolder } from './own-folder.ts';
import type { ShardSettings } from './settings.ts';

export interface ResultsFolder {
  /** Absolute, without a symlink in it. */
  readonly path: string;
  /** `named`: the real path of the file that the result names, where it names one. */
  readonly close: (named: string | undefined) => Promise<void>;
}

/**
 * Makes it in the folder that the task names, or in the cache where parameters go back inline.
 * Undefined where the worker may not write there. Throws TrainingError.
 */
export async function makeResultsFolder(
  { results, return_parameters }: Pick<Task, 'results' | 'return_parameters'>,
  { roots, cache }: Pick<ShardSettings, 'roots' | 'cache'>,
): Promise<ResultsFolder | undefined> {
  if (return_parameters === 'inline') {
    const path = await inOwnFolder(cache, 'results', makeFolder);
    return { path, close: () => remove(path) };
  }
  if (results === undefined) return undefined;
  const parent = await findFolderBelowRoots(dirname(results.uri), roots).catch((error: unknown) => {
    throw aboutParameters(error);
  });
  const path = await makeShared(parent, basename(results.uri)).catch((error: unknown) => {
    if (mayNot.has(codeOf(error) ?? '')) return undefined;
    throw unmakable(results.uri, error);
  });
  return path === undefined ? undefined : { path, close: (named) => closeShared(path, named) };
}

/** Then the trainer writes below the first root, as it does without such a folder. */
const mayNot = new Set(['EACCES', 'EPERM', 'EROFS']);

async function closeShared(path: string, named: string | undefined): Promise<void> {
  if (named !== undefined && isBelow(named, path)) {
    await share(named, path);
    return;
  }
  await remove(path);
  await rmdir(dirname(path)).catch(() => undefined);
}

/** Opens the file, and the folders above it, to all who may use the outer folder, whatever the trainer's umask. */
async function share(named: string, path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o070) === 0) return;
  for (let between = dirname(named); isBelow(between, path); between = dirname(between))
    await chmod(between, mode & 0o7777);
  const file = await open(named, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await file.chmod(((await file.stat()).mode & 0o7777) | 0o040);
  } finally {
    await file.close();
  }
}

/** Tries again: the coordinator removes the folder of a task while it is empty. */
async function makeShared(parent: string, name: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await makeFolder(await makeNamed(parent, name));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === mostAttempts) throw error;
    }
  }
}

const mostAttempts = 3;

async function makeNamed(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  try {
    await makeLike(parent, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (!(await lstat(path)).isDirectory()) throw new Error('it is no folder', { cause: error });
  }
  return path;
}

async function makeFolder(parent: string): Promise<string> {
  const path = join(parent, randomUUID());
  await makeLike(parent, path);
  return path;
}

/** Whoever may use the one may use the other, whatever the umask. */
async function makeLike(parent: string, path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, (await stat(parent)).mode & 0o7777);
}

/** What can't be removed now is in nobody's way. */
const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true }).catch(() => undefined);

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const unmakable = (uri: string, cause: unknown): TrainingError =>
  new TrainingError(
    'retryable',
    `a folder for results can't be made in ${uri}: ${codeOf(cause) ?? String(cause)}`,
    { hint: 'look at the folder: is there room, and is it one?', cause },
  );
