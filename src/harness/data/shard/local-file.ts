// Finds a file below the roots, by a real path: no symlink in it can lead out.
import { constants, type Stats } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { TrainingError } from '../../handler.ts';
import { hashFile } from './hash.ts';

/** An open file below a root. */
export interface FileBelowRoots {
  /** Absolute, without a symlink in it. */
  readonly path: string;
  /** The same relative to the real root that it lies below. */
  readonly relative: string;
  readonly file: FileHandle;
}

/**
 * The real path of a regular file below one of the roots, its bytes checked against `sha256`.
 * Guaranteed: at the time of the check the path had no symlink in it, lay below a real root and was
 * the very file that was opened and hashed. Whoever may write below the roots can put another file
 * there afterwards.
 */
export function findBelowRoots(
  path: string,
  roots: readonly string[],
  sha256: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  return withFileBelowRoots(path, roots, signal, async ({ path: real, file }) => {
    if (sha256 !== undefined && (await hashFile(file, signal)) !== sha256) throw wrongHash(path);
    return real;
  });
}

/** Opens a file as findBelowRoots does, lets `use` read it, and closes it. Throws TrainingError. */
export async function withFileBelowRoots<T>(
  path: string,
  roots: readonly string[],
  signal: AbortSignal,
  use: (found: FileBelowRoots) => Promise<T>,
): Promise<T> {
  const { real, root } = await findRealPath(path, roots);
  return withOpenFile(real, path, signal, (file) =>
    use({ path: real, relative: relative(root, real), file }),
  );
}

/** The real path of a folder below one of the roots. Throws TrainingError. */
export async function findFolderBelowRoots(
  path: string,
  roots: readonly string[],
): Promise<string> {
  const { real } = await findRealPath(path, roots);
  if (!(await statAgain(real, path)).isDirectory()) throw noFolder(path);
  return real;
}

async function findRealPath(
  path: string,
  roots: readonly string[],
): Promise<{ real: string; root: string }> {
  const realRoots = await readRealRoots(roots);
  for (const candidate of candidates(path, [...roots.map((root) => resolve(root)), ...realRoots])) {
    const real = await readRealPath(candidate, path);
    if (real === undefined) continue;
    const root = realRoots.find((one) => isBelow(real, one));
    if (root === undefined) throw outside(path);
    return { real, root };
  }
  throw new NotThere(path, roots);
}

/** No root has such a file. */
class NotThere extends TrainingError {
  constructor(path: string, roots: readonly string[]) {
    const where = roots.map((root) => resolve(root)).join(', ');
    super('retryable', `${path} does not exist below ${where}`, {
      hint: 'put it there, or start the worker with the --root that holds it',
    });
  }
}

/**
 * What to do where parameters of a training are not there, in one machine's words or the other's.
 */
export function aboutParameters(error: unknown): unknown {
  if (!(error instanceof NotThere)) return error;
  const ways =
    'either share the folder of the runs with the workers, below a --root of each, or write store: { kind: inline } in the job, and they travel in messages (8 MiB at most)';
  return new TrainingError(
    'retryable',
    `${error.message}; parameters are sent as a file: ${ways}`,
    {
      cause: error,
    },
  );
}

async function readRealRoots(roots: readonly string[]): Promise<string[]> {
  const real = await Promise.all(roots.map((root) => realpath(root).catch(() => undefined)));
  return real.filter((root) => root !== undefined);
}

/** Told apart by the names alone, so that nothing outside is even looked at. */
function candidates(path: string, roots: readonly string[]): string[] {
  if (path.split('/').includes('..')) throw outside(path);
  if (!isAbsolute(path)) return [...new Set(roots.map((root) => join(root, path)))];
  if (!isBelowAny(resolve(path), roots)) throw outside(path);
  return [path];
}

const isBelowAny = (path: string, roots: readonly string[]): boolean =>
  roots.some((root) => isBelow(path, root));

export const isBelow = (path: string, root: string): boolean =>
  path.startsWith(root.endsWith(sep) ? root : root + sep);

async function readRealPath(candidate: string, path: string): Promise<string | undefined> {
  try {
    return await realpath(candidate);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const verdict = code === 'ELOOP' || code === 'ENAMETOOLONG' ? 'poison' : 'retryable';
    if (verdict === 'retryable') throw unreadable(path, error);
    throw new TrainingError(verdict, `${path} can't be read: ${code}`, { cause: error });
  }
}

async function withOpenFile<T>(
  real: string,
  path: string,
  signal: AbortSignal,
  use: (file: FileHandle) => Promise<T>,
): Promise<T> {
  // Before it is opened: opening a pipe or a device does things.
  if (!(await statAgain(real, path)).isFile()) throw noFile(path);
  const file = await openSafely(real, path);
  try {
    const opened = await file.stat();
    if (!opened.isFile()) throw noFile(path);
    if (!isSame(opened, await statAgain(real, path)) || (await realpath(real)) !== real) {
      throw new TrainingError('retryable', `${path} was replaced while it was opened`);
    }
    return await use(file);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TrainingError ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const openSafely = (real: string, path: string): Promise<FileHandle> =>
  open(real, flags).catch((error: unknown) => {
    throw unreadable(path, error);
  });

const statAgain = (real: string, path: string): Promise<Stats> =>
  lstat(real).catch((error: unknown) => {
    throw unreadable(path, error);
  });

const isSame = (one: Stats, other: Stats): boolean =>
  one.dev === other.dev && one.ino === other.ino;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

const unreadable = (path: string, error: unknown): TrainingError =>
  new TrainingError('retryable', `${path} can't be read: ${codeOf(error)}`, {
    ...(codeOf(error) === 'EACCES' && { hint: forAnotherUser }),
    cause: error,
  });

const forAnotherUser =
  "let this user read it; what another user's coordinator keeps: topo-harness train --group NAME";

const outside = (path: string): TrainingError =>
  new TrainingError('poison', `${path} lies outside of the roots`, {
    hint: 'name a path below a root, without .. and without a symlink that leads out',
  });

const noFile = (path: string): TrainingError =>
  new TrainingError('poison', `${path} is not a regular file`, { hint: 'name a file' });

const noFolder = (path: string): TrainingError =>
  new TrainingError('poison', `${path} is not a folder`, { hint: 'name a folder' });

export const wrongHash = (what: string): TrainingError =>
  new TrainingError('poison', `${what} does not hash to the sha256 of the task`, {
    hint: 'publish the task again with the hash of the bytes, or put the right bytes there',
  });

export const wrongTrainedHash = (): TrainingError =>
  new TrainingError('retryable', 'the file does not hash to the sha256 that the trainer gave', {
    hint: 'write it under a temporary name, rename it, and answer only then',
  });
