// Files that a person asked for.
import { open, type FileHandle } from 'node:fs/promises';
import { ExpectedError } from '../topology/problem.ts';
import { wrongFlag } from './flags.ts';

/** Throws InvalidInput where the file can't be opened, ExpectedError where it can't be filled. */
export async function writeResult(flag: string, file: string, text: string): Promise<void> {
  const handle = await openOrWrongFlag(flag, file, 'w');
  try {
    await handle.writeFile(text);
  } catch (error) {
    const hint = 'make room there, or name another file';
    throw new ExpectedError(unwritable(flag, file, error), { hint, cause: error });
  } finally {
    await handle.close();
  }
}

/** Before anything is done whose outcome is to be written: it can't be taken back. Leaves the file as it is. */
export async function assertWritable(flag: string, file: string): Promise<void> {
  await (await openOrWrongFlag(flag, file, 'a')).close();
}

async function openOrWrongFlag(flag: string, file: string, mode: 'a' | 'w'): Promise<FileHandle> {
  try {
    return await open(file, mode);
  } catch (error) {
    throw wrongFlag(
      unwritable(flag, file, error),
      'name a file in a folder that is there and yours',
    );
  }
}

function unwritable(flag: string, file: string, error: unknown): string {
  const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  return `${flag} ${file} can't be written: ${reason}`;
}
