// A file that is replaced whole: whoever reads it finds what stood there before, or what stands there now.
import { rename, rm, writeFile } from 'node:fs/promises';
import { onDisk } from './disk-error.ts';

interface Options {
  /** Whether it outlives the machine's end, but for its name: that is in the folder. */
  readonly sync: boolean;
  readonly mode?: number;
}

/** One process at a time writes a file. Leaves nothing beside it. Throws DiskError. */
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
