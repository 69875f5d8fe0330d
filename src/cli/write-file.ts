// Files that a person asked for.
import type { FileHandle } from 'node:fs/promises';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { takePlace } from '../disk/replace-file.ts';
import { syncFolder } from '../disk/sync.ts';
import { ExpectedError } from '../topology/problem.ts';
import { findPlace, type FilePlace, type Place } from './file-place.ts';
import { wrongFlag } from './flags.ts';

/**
 * The file is there whole, old or new, whatever happens meanwhile; only this user may read it, whoever could read the one before.
 * A link stays one. What is no regular file is written to as it is. Throws InvalidInput where nothing can be written,
 * ExpectedError where there is no room. Whether a file was there before.
 */
export async function writeResult(flag: string, file: string, text: string): Promise<boolean> {
  return write(flag, file, text, () => Promise.resolve());
}

/** The same for a person's own file: it keeps its mode and, where that is allowed, its owner. */
export async function rewriteFile(flag: string, file: string, text: string): Promise<void> {
  await write(flag, file, text, async ({ handle, before }) => {
    if (before === undefined) return;
    // Only root may give files away; the mode comes afterwards, as a new owner takes some of it.
    await handle.chown(before.uid, before.gid).catch(() => undefined);
    await handle.chmod(before.mode & 0o7777);
  });
}

/** What a new file takes over of the one before. */
type TakeOver = (place: FilePlace) => Promise<void>;

async function write(
  flag: string,
  file: string,
  text: string,
  takeOver: TakeOver,
): Promise<boolean> {
  const place = await findOrWrongFlag(flag, file);
  try {
    if (place.kind === 'file') await replace(place, text, takeOver);
    else await fill(place.handle, text);
    return place.kind === 'file' && place.before !== undefined;
  } catch (error) {
    const hint = 'make room there, or name another file';
    throw new ExpectedError(unwritable(flag, file, error), { hint, cause: error });
  }
}

/** Before anything is done whose outcome is to be written: it can't be taken back. Leaves the file as it is. */
export async function assertWritable(flag: string, file: string): Promise<void> {
  const place = await findOrWrongFlag(flag, file);
  await place.handle.close();
  if (place.kind === 'file') await rm(place.beside);
}

async function replace(place: FilePlace, text: string, takeOver: TakeOver): Promise<void> {
  const { handle, path, beside } = place;
  try {
    await takeOver(place);
    await fill(handle, text, { sync: true });
    await takePlace(beside, path, { sync: false });
    await syncIfPossible(dirname(path));
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** There are folders that may be written to and not read, and file systems that sync none. */
export const syncIfPossible = (folder: string): Promise<void> =>
  syncFolder(folder).catch(() => undefined);

export async function fill(
  handle: FileHandle,
  text: string,
  { sync } = { sync: false },
): Promise<void> {
  try {
    await handle.writeFile(text);
    if (sync) await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function findOrWrongFlag(flag: string, file: string): Promise<Place> {
  try {
    return await findPlace(file);
  } catch (error) {
    const hint = 'name a file in a folder that is there and yours';
    throw wrongFlag(unwritable(flag, file, error), hint);
  }
}

/** Every error of node:fs has a code. */
export function unwritable(flag: string, file: string, error: unknown): string {
  return `${flag} ${file} can't be written: ${(error as { code: string }).code}`;
}
