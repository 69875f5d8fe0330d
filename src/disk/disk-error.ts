// Turns the operating system's errors on writing into expected ones, with what to do.
import { ExpectedError } from '../topology/problem.ts';

export class DiskError extends ExpectedError {
  /** The operating system's, such as ENOSPC and write. */
  readonly code: string;
  readonly syscall: string;

  constructor(path: string, cause: NodeJS.ErrnoException) {
    const { code = 'unknown error', syscall = '' } = cause;
    const hint = remedies.get(code) ?? 'look at the disk';
    super(`${path} can't be written: ${code}`, { hint, cause });
    this.code = code;
    this.syscall = syscall;
  }
}

const remedies = new Map([
  ['ENOSPC', 'make room there'],
  ['EDQUOT', 'make room there'],
  ['EACCES', 'make it yours to write'],
  ['EPERM', 'make it yours to write'],
  ['EROFS', 'make it yours to write'],
]);

/** Runs `write`; turns errors of the operating system into DiskErrors. */
export async function onDisk<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error) || error instanceof DiskError)
      throw error;
    throw new DiskError(path, error as NodeJS.ErrnoException);
  }
}
