// Where the text of a file goes before it becomes the file.
import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** `handle`: an empty file beside it that will replace it; only this user may read it. */
export interface FilePlace {
  readonly kind: 'file';
  readonly handle: FileHandle;
  readonly path: string;
  readonly beside: string;
  /** The file that is there now. */
  readonly before: Stats | undefined;
}

/** A pipe, a device or an open descriptor, which no other file can replace. */
interface StreamPlace {
  readonly kind: 'stream';
  readonly handle: FileHandle;
}

export type Place = FilePlace | StreamPlace;

const descriptors = /^\/(?:dev\/(?:stdout|stderr|fd\/)|proc\/)/;

/** Throws Node's error if nothing can be written. */
export async function findPlace(file: string): Promise<Place> {
  const path = await endOfLinks(file);
  const before = await statIfThere(file);
  if (before !== undefined) {
    // Checks that this user may write to it: creating a file beside it doesn't.
    const handle = await open(file, 'a');
    if (!before.isFile() || descriptors.test(resolve(file))) return { kind: 'stream', handle };
    await handle.close();
  }
  const beside = `${path}.${randomUUID()}.tmp`;
  return { kind: 'file', handle: await open(beside, 'wx', 0o600), path, beside, before };
}

async function statIfThere(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Also if no file is there yet. */
async function endOfLinks(file: string): Promise<string> {
  const link = await readlink(file).catch(() => undefined);
  if (link === undefined) return file;
  await refuseStrangersLink(file);
  return endOfLinks(resolve(await realpath(dirname(file)), link));
}

/** Linux does so itself when it opens a file, but not when it renames one. */
async function refuseStrangersLink(file: string): Promise<void> {
  const [link, folder] = await Promise.all([lstat(file), stat(dirname(file))]);
  const isShared = (folder.mode & 0o1002) === 0o1002;
  const isStrange = link.uid !== process.getuid?.() && link.uid !== folder.uid;
  if (isShared && isStrange) throw Object.assign(new Error('a link'), { code: 'EACCES' });
}
