// Replaces a file whole: a reader finds the old content or the new, never a part.
import { rename, rm, writeFile } from 'node:fs/promises';
import { onDisk } from './disk-error.ts';

interface Options {
  /** Whether to flush the content to the disk; the folder is the caller's to sync. */
  readonly sync: boolean;
  readonly mode?: number;
}

/** One process at a time may replace a file. Leaves no `.new` behind. Throws DiskError. */
export async function replaceFile(
  path: string,
  content: string | Buffer,
  { sync, mode }: Options,
): Promise<void> {
  const made = `${path}.new`;
  await onDisk(path, async () => {
    try {
      await writeFile(made, content, { flush: sync, ...(mode !== undefined && { mode }) });
      await rename(made, path);
    } catch (error) {
      await rm(made, { force: true }).catch(() => undefined);
      throw error;
    }
  });
}
