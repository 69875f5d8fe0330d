// Removes files from folders that others may write to. Holds each folder open meanwhile, so that a
// link put in its place leads nowhere.
import { constants } from 'node:fs';
import { open, readdir, readlink, rm, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** `path`: real and absolute. Throws if it is missing, or its folder was replaced. */
export const removeFile = (path: string): Promise<void> =>
  within(dirname(path), async (held, real) => {
    if (real !== undefined && real !== dirname(path)) throw new Error('its folder was replaced');
    await unlink(join(held, basename(path)));
  });

/** Removes a file, a link, or a folder with its contents. Throws what stands in the way. */
export async function removeTree(path: string): Promise<void> {
  try {
    await within(path, async (held) => {
      for (const name of await readdir(held)) await removeTree(join(held, name));
    });
  } catch (error) {
    if (!isNoFolder(error)) throw error;
    await rm(path, { force: true });
    return;
  }
  await rmdir(path);
}

/**
 * Gives `use` a name that leads to this very folder whatever happens, and its real path, if the
 * system has such names.
 */
async function within(
  path: string,
  use: (held: string, real: string | undefined) => Promise<void>,
): Promise<void> {
  const folder = await open(path, flags);
  try {
    const held = `/proc/self/fd/${folder.fd}`;
    const real = await readlink(held).catch(() => undefined);
    await use(real === undefined ? path : held, real);
  } finally {
    await folder.close();
  }
}

const isNoFolder = (error: unknown): boolean => {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENOENT';
};
