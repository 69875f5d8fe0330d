// Writes files that a person asked for.
import type { FileHandle } from 'node:fs/promises';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { takePlace } from '../disk/replace-file.ts';
import { syncFolder } from '../disk/sync.ts';
import { ExpectedError } from '../topology/problem.ts';
import { findPlace, type FilePlace, type Place } from './file-place.ts';
import { wrongFlag } from './flags.ts';

/**
 * Replaces the file whole, so that either the old or the new one is there. Only this user may read
 * it afterwards. Keeps a link; writes straight into what isn't a regular file. Returns
 * whether a file was there. Throws InvalidInput if nothing can be written, ExpectedError if there
 * is no room.
 */
export async function writeResult(flag: string, file: string, text: string): Promise<boolean> {
  return write(flag, file, text, () => Promise.resolve());
}

/** The same for a person's own file: it keeps its mode and, if allowed, its owner. */
export async function rewriteFile(flag: string, file: string, text: string): Promise<void> {
  await write(flag, file, text, async ({ handle, before }) => {
    if (before === undefined) return;
    // Only root may give files away; the mode comes last, as a new owner clears some of it.
    await handle.chown(before.uid, before.gid).catch(() => undefined);
    await handle.chmod(before.mode & 0o7777);
  });
}

/** Carries properties of the old file over to the new one. */
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

/** Call before doing what can't be undone and has to be reported. Leaves the file as it is. */
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

/** Some folders may be written but not read, and some file systems can't sync any. */
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
    const hint = 'name a file in an existing folder of yours';
    throw wrongFlag(unwritable(flag, file, error), hint);
  }
}

/** Every error of node:fs has a code. */
export function unwritable(flag: string, file: string, error: unknown): string {
  return `${flag} ${file} can't be written: ${(error as { code: string }).code}`;
}
