// Flushes what must outlive a power cut to the disk: the bytes of a file, and the names in a
// folder.
import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

export const syncFile = (path: string): Promise<void> => sync(path, 'r+');

/** A file that was made, renamed or linked has its name for good only once its folder is synced. */
export const syncFolder = (folder: string): Promise<void> => sync(folder, 'r');

async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags);
  await handle.sync().finally(() => handle.close());
}

/**
 * Makes the folder and those above it that are missing, only for their owner, and syncs their
 * names.
 */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let above = dirname(resolve(folder)); ; above = dirname(above)) {
    await syncFolder(above);
    if (above === top) return;
  }
}
