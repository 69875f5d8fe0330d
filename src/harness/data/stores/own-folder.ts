// Keeps a folder for each process in the cache, and removes those of processes that have ended.
import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProcessId, readProcessId } from '../../../disk/pid.ts';
import { TrainingError } from '../../handler.ts';

/** By cache folder. */
const folders = new Map<string, Promise<string>>();

/** Makes the folder, and gives it to `write`. Throws a retryable TrainingError. */
export async function inOwnFolder<T>(
  cache: string,
  what: string,
  write: (folder: string) => Promise<T>,
): Promise<T> {
  try {
    return await write(await folderOf(cache));
  } catch (cause) {
    folders.delete(cache);
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const hint = 'the state folder needs room, and the right to write: --state DIR';
    const message = `${what} can't be written to ${cache}: ${code}`;
    throw new TrainingError('retryable', message, { hint, cause });
  }
}

function folderOf(cache: string): Promise<string> {
  const known = folders.get(cache);
  if (known !== undefined) return known;
  const made = makeFolder(join(cache, 'inline'));
  folders.set(cache, made);
  return made;
}

async function makeFolder(parent: string): Promise<string> {
  const own = await readProcessId(process.pid);
  const folder = join(parent, nameOf({ pid: process.pid, since: own?.since ?? '' }));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of await readdir(parent)) await removeLeftover(parent, name);
  return realpath(folder);
}

const nameOf = ({ pid, since }: ProcessId): string => `${pid}-${encodeURIComponent(since)}`;

async function removeLeftover(parent: string, name: string): Promise<void> {
  const [, pid] = /^(\d+)-/.exec(name) ?? [];
  if (pid === undefined) return;
  const running = await readProcessId(Number(pid));
  if (running !== undefined && nameOf(running) === name) return;
  await rm(join(parent, name), { recursive: true, force: true });
}
