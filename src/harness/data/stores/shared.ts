// Carries parameters as files of a folder that coordinator and workers share. Never removes a path
// that a task or a trainer names.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { TrainingError } from '../../handler.ts';
import { hashFile } from '../shard/hash.ts';
import {
  aboutParameters,
  findFolderBelowRoots,
  isBelow,
  wrongTrainedHash,
} from '../shard/local-file.ts';
import { locate } from '../shard/locate.ts';
import type { ResultsFolder, Store } from './store.ts';

export const shared: Store = {
  prefetch: 1_000,
  sharesFolder: true,

  locationOf: (model, models, root) =>
    Promise.resolve({ uri: relative(resolve(root), models.pathOf(model)), sha256: model.sha256 }),

  wayBack: (folder) => (folder === undefined ? {} : { results: { uri: folder } }),

  sourceOf: ({ uri = '' }, roots) => ({ kind: 'named', uri, roots }),

  returns: 'location',

  has: ({ uri }) => uri !== undefined,

  open: ({ uri = '', sha256 }, settings, signal) =>
    locate({ uri, ...(sha256 !== undefined && { sha256 }) }, settings, signal),

  /** In the folder that the task names; undefined if the worker may not write there. */
  async makeFolder({ results }, { roots }) {
    if (results === undefined) return undefined;
    const parent = await findFolderBelowRoots(dirname(results.uri), roots).catch(
      (error: unknown) => {
        throw aboutParameters(error);
      },
    );
    const path = await makeShared(parent, basename(results.uri)).catch((error: unknown) => {
      if (mayNot.has(codeOf(error) ?? '')) return undefined;
      throw unmakable(results.uri, error);
    });
    return path === undefined ? undefined : folderAt(path);
  },

  /**
   * Who hands out a results folder hashes its files itself, so the worker doesn't read them once
   * more.
   */
  async giveBack({ relative: uri, file, sha256 }, { results }, signal) {
    if (results) return { uri, ...(sha256 !== undefined && { sha256 }) };
    const hashed = await hashFile(file, signal);
    if (sha256 !== undefined && hashed !== sha256) throw wrongTrainedHash();
    return { uri, sha256: hashed };
  },

  giveBackElsewhere: (trained) => trained,
};

const folderAt = (path: string): ResultsFolder => ({
  path,
  close: (named) => closeShared(path, named),
});

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

/**
 * Opens the file, and the folders above it, to all who may use the outer folder, whatever the
 * trainer's umask.
 */
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

/** With the same rights as its parent, whatever the umask. */
async function makeLike(parent: string, path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, (await stat(parent)).mode & 0o7777);
}

/** If it can't be removed now, it does no harm. */
const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true }).catch(() => undefined);

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const unmakable = (uri: string, cause: unknown): TrainingError =>
  new TrainingError(
    'retryable',
    `a folder for results can't be made in ${uri}: ${codeOf(cause) ?? String(cause)}`,
    { hint: 'look at the folder: is there room, and is it one?', cause },
  );
