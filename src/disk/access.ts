// Lets only the owner read files, or a group of this machine as well.
import { chmod, chown, stat } from 'node:fs/promises';

export interface Access {
  /** The mode of a folder, and of a file. */
  readonly folder: number;
  readonly file: number;
  /** The id of the group; undefined for the owner's own. */
  readonly group: number | undefined;
}

export const ownerOnly: Access = { folder: 0o700, file: 0o600, group: undefined };
export const sharedWith = (group: number): Access => ({ folder: 0o750, file: 0o640, group });

/** A folder that the group may write to; what is made in it is the group's. */
export const writable = (access: Access): Access =>
  access.group === undefined ? access : { ...access, folder: 0o2770 };

/** Whatever the umask was when it was made. */
export const giveFolder = (path: string, access: Access): Promise<void> =>
  give(path, access.folder, access);
export const giveFile = (path: string, access: Access): Promise<void> =>
  give(path, access.file, access);

async function give(path: string, mode: number, { group }: Access): Promise<void> {
  if (group !== undefined) await chown(path, -1, group);
  await chmod(path, mode);
}

/** Lets the group pass through an existing folder; never takes a right away. */
export async function letThrough(path: string, { group }: Access): Promise<void> {
  if (group === undefined) return;
  const { mode, gid } = await stat(path);
  const isOpen = (mode & 0o001) !== 0 || (gid === group && (mode & 0o010) !== 0);
  if (isOpen) return;
  await chown(path, -1, group);
  await chmod(path, (mode & 0o7777) | 0o050);
}
