// Writes several new files: all of them or none, never over an existing one.
import { lstat, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { takeFreePlace } from '../disk/replace-file.ts';
import { ExpectedError } from '../topology/problem.ts';
import type { FilePlace } from './file-place.ts';
import { wrongFlag } from './flags.ts';
import { fill, findOrWrongFlag, syncIfPossible, unwritable } from './write-file.ts';

export interface NewFile {
  readonly flag: string;
  readonly file: string;
  readonly text: string;
}

/** An existing file may be someone's work. Throws InvalidInput. */
export async function assertNew(flag: string, file: string): Promise<void> {
  if ((await lstat(file).catch(() => undefined)) !== undefined) throw isThere(flag, file);
}

const isThere = (flag: string, file: string) =>
  wrongFlag(
    `${flag} ${file}: the file exists already, and is never overwritten`,
    flag === '--secrets'
      ? 'name another one, or remove it first'
      : 'name another one, remove it first, or update it with --into',
  );

/**
 * Writes each whole, readable by this user only. If one fails, none is left; only the end of the
 * process between two of them leaves the first. Throws InvalidInput if one can't be written,
 * ExpectedError if there is no room.
 */
export async function writeNewFiles(files: readonly NewFile[]): Promise<void> {
  const places: FilePlace[] = [];
  const made: string[] = [];
  let under: NewFile | undefined;
  try {
    for (const { flag, file } of files) {
      await assertNew(flag, file);
      const place = await findOrWrongFlag(flag, file);
      if (place.kind !== 'file') throw isThere(flag, file);
      places.push(place);
    }
    for (const [index, place] of places.entries()) {
      under = files[index];
      await fill(place.handle, under?.text ?? '', { sync: true });
    }
    for (const [index, { beside, path }] of places.entries()) {
      under = files[index];
      await takeFreePlace(beside, path);
      made.push(path);
      await syncIfPossible(dirname(path));
    }
  } catch (error) {
    for (const path of made) await rm(path, { force: true });
    if (error instanceof ExpectedError || under === undefined) throw error;
    const { flag, file } = under;
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw isThere(flag, file);
    const hint = 'make room there, or name another file';
    throw new ExpectedError(unwritable(flag, file, error), { hint, cause: error });
  } finally {
    for (const { handle, beside } of places) {
      await handle.close();
      await rm(beside, { force: true });
    }
  }
}
