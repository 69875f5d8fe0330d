// A lock file: of several processes of this machine, one at a time runs. A lock whose owner has ended is taken over.
import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { isRunning, type ProcessId, readProcessId } from './pid.ts';

/** `refuse` makes the error for whoever finds it taken; `owner` says by whom, such as ` (pid 4711)`. */
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
  await writeFile(own, JSON.stringify(await readProcessId(process.pid)), { mode: 0o600 });
  try {
    // link fails where the lock exists, and where it doesn't the lock appears with its owner in it.
    await link(own, file).catch(async () => {
      await breakStale(file, refuse);
      await link(own, file).catch(async () => {
        const owner = await readOwner(file);
        throw refuse(owner === undefined ? '' : ` (pid ${owner.pid})`);
      });
    });
  } finally {
    await rm(own);
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
  const owner = await readOwner(file);
  return owner !== undefined && !(await isRunning(owner));
}

/** Undefined where there is no lock. */
async function readOwner(file: string): Promise<ProcessId | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseOwner(text);
}

/** A lock is there whole or not at all, but for a power cut: whoever held it then has ended. */
function parseOwner(text: string): ProcessId {
  try {
    return JSON.parse(text) as ProcessId;
  } catch {
    return { pid: 0, since: '' };
  }
}
