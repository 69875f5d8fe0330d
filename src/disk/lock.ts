// Locks a file against other processes of this machine. Takes over a lock whose owner has ended.
import { randomUUID } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';
import { DiskError, onDisk } from './disk-error.ts';
import { readPlainFile } from './own-place.ts';
import { isRunning, parseProcessId, type ProcessId, readProcessId } from './pid.ts';

/**
 * `refuse` makes the error if the lock is taken; `owner` says by whom, such as ` (pid 4711)`.
 * Throws DiskError if the lock can't be written.
 */
export async function withLock<T>(
  file: string,
  refuse: (owner: string) => Error,
  run: () => Promise<T>,
): Promise<T> {
  await take(file, refuse);
  try {
    return await run();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string, refuse: (owner: string) => Error): Promise<void> {
  const own = `${file}.${randomUUID()}`;
  const text = JSON.stringify(await readProcessId(process.pid));
  try {
    await onDisk(file, () => writeFile(own, text, { flag: 'wx', mode: 0o600 }));
    if (await tryLink(own, file)) return;
    await breakStale(file, refuse);
    if (await tryLink(own, file)) return;
  } finally {
    await rm(own, { force: true });
  }
  const owner = await readOwner(file);
  throw refuse(owner === undefined ? '' : ` (pid ${owner.pid})`);
}

/** Creates the lock with its owner in it, unless it exists. Throws DiskError. */
async function tryLink(own: string, file: string): Promise<boolean> {
  try {
    await onDisk(file, () => link(own, file));
    return true;
  } catch (error) {
    if (error instanceof DiskError && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a lock whose owner has ended. One process at a time does: a second one, that looked
 * before the first removed it, would remove the lock that the first has taken since.
 */
async function breakStale(file: string, refuse: (owner: string) => Error): Promise<void> {
  if (!(await isStale(file))) return;
  await withLock(`${file}.stale`, refuse, async () => {
    if (await isStale(file)) await rm(file);
  });
}

async function isStale(file: string): Promise<boolean> {
  const found = await readLock(file);
  if (found === undefined) return false;
  return found.owner === undefined || !(await isRunning(found.owner));
}

async function readOwner(file: string): Promise<ProcessId | undefined> {
  return (await readLock(file))?.owner;
}

const mostBytes = 1000;

/**
 * Undefined if there is no lock, or only one of another user, who may hold it. Only a power cut can
 * leave half a lock: one without an owner is free. Throws ExpectedError if it isn't a file.
 */
async function readLock(
  file: string,
): Promise<{ readonly owner: ProcessId | undefined } | undefined> {
  const text = await readPlainFile(file, mostBytes).catch((error: unknown) => {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    if (cause?.code === 'EACCES') return undefined;
    throw error;
  });
  return text === undefined ? undefined : { owner: parseOwner(text) };
}

function parseOwner(text: string): ProcessId | undefined {
  try {
    return parseProcessId(JSON.parse(text));
  } catch {
    return undefined;
  }
}
