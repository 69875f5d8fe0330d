// Files that a person asked for.
import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { ExpectedError } from '../topology/problem.ts';
import { wrongFlag } from './flags.ts';

/** Throws InvalidInput where the file can't be opened, ExpectedError where it can't be filled. */
export async function writeResult(flag: string, file: string, text: string): Promise<void> {
  const handle = await openOrWrongFlag(flag, file, 'w');
  try {
    await handle.writeFile(text);
  } catch (error) {
    const hint = 'make room there, or name another file';
    throw new ExpectedError(unwritable(flag, file, error), { hint, cause: error });
  } finally {
    await handle.close();
  }
}

/**
 * A file of the person's own: it is there whole, old or new, whatever happens meanwhile. A link stays one, and so do its
 * mode and, where that is allowed, its owner. Throws InvalidInput where nothing can be written beside it, ExpectedError
 * where there is no room.
 */
export async function replaceFile(flag: string, file: string, text: string): Promise<void> {
  await assertWritable(flag, file);
  const target = await realpath(file);
  const beside = `${target}.${randomUUID()}.tmp`;
  const handle = await openOrWrongFlag(flag, beside, 'wx', file);
  try {
    await fillLike(target, handle, text);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    const hint = 'make room there; the file is as it was';
    throw new ExpectedError(unwritable(flag, file, error), { hint, cause: error });
  }
}

async function fillLike(target: string, handle: FileHandle, text: string): Promise<void> {
  try {
    const { uid, gid, mode } = await stat(target);
    // Only root may give files away; the mode comes afterwards, as a new owner takes some of it.
    await handle.chown(uid, gid).catch(() => undefined);
    await handle.chmod(mode & 0o7777);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Before anything is done whose outcome is to be written: it can't be taken back. Leaves the file as it is. */
export async function assertWritable(flag: string, file: string): Promise<void> {
  await (await openOrWrongFlag(flag, file, 'a')).close();
}

async function openOrWrongFlag(
  flag: string,
  path: string,
  mode: 'a' | 'w' | 'wx',
  file = path,
): Promise<FileHandle> {
  try {
    return await open(path, mode);
  } catch (error) {
    throw wrongFlag(
      unwritable(flag, file, error),
      'name a file in a folder that is there and yours',
    );
  }
}

function unwritable(flag: string, file: string, error: unknown): string {
  const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return `${flag} ${file} can't be written: ${reason}`;
}
