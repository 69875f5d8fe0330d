// Files that a person asked for.
import { open, writeFile } from 'node:fs/promises';
import { wrongFlag } from './flags.ts';

/** Throws InvalidInput where the file can't be written. */
export async function writeResult(flag: string, file: string, text: string): Promise<void> {
  await orWrongFlag(flag, file, () => writeFile(file, text));
}

/** Before anything is done whose outcome is to be written: it can't be taken back. Leaves the file as it is. */
export async function assertWritable(flag: string, file: string): Promise<void> {
  await orWrongFlag(flag, file, async () => (await open(file, 'a')).close());
}

async function orWrongFlag(flag: string, file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw wrongFlag(
      `${flag} ${file} can't be written: ${reason}`,
      'name a file in a folder that is there and yours',
    );
  }
}
