// Replaces a file whole: a reader finds the old content or the new, never a part.
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { onDisk } from './disk-error.ts';
import { syncFolder } from './sync.ts';

interface Options {
  /** Whether the file must survive a power cut: the old content or the new. */
  readonly sync: boolean;
  /** Of the new file; by default only its owner may read it. */
  readonly mode?: number;
}

/**
 * One process at a time may replace a file. Follows no link. Leaves no `.new` behind. Throws
 * DiskError.
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  { sync, mode = 0o600 }: Options,
): Promise<void> {
  const made = `${path}.new`;
  await onDisk(path, async () => {
    // A crash may have left one, or someone put one there.
    await rm(made, { force: true });
    try {
      const handle = await open(made, 'wx', mode);
      try {
        await handle.writeFile(content);
        if (sync) await handle.sync();
      } finally {
        await handle.close();
      }
      await takePlace(made, path, { sync });
    } catch (error) {
      await rm(made, { force: true }).catch(() => undefined);
      throw error;
    }
  });
}

/**
 * Gives a file that is whole, and synced if need be, the name of another in its folder. `sync`: the
 * name, too.
 */
export async function takePlace(
  made: string,
  path: string,
  { sync }: Pick<Options, 'sync'>,
): Promise<void> {
  await rename(made, path);
  if (sync) await syncFolder(dirname(path));
}

/**
 * The same if nothing is there: else it throws EEXIST. Only a file system without hard links may
 * replace what came meanwhile.
 */
export async function takeFreePlace(made: string, path: string): Promise<void> {
  try {
    await link(made, path);
    await rm(made);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
    await rename(made, path);
  }
}
