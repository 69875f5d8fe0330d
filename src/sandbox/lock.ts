// One command at a time may start or stop a sandbox.
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SandboxError } from './error.ts';
import { isRunning, type ProcessId, readProcessId } from './pid.ts';

export async function withLock<T>(folder: string, run: () => Promise<T>): Promise<T> {
  const file = join(folder, 'lock');
  await take(file);
  try {
    return await run();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<void> {
  const own = `${file}.${randomUUID()}`;
  await writeFile(own, JSON.stringify(await readProcessId(process.pid)), { mode: 0o600 });
  try {
    // link fails where the lock exists, and where it doesn't the lock appears with its owner in it.
    await link(own, file).catch(async () => {
      await breakStale(file);
      await link(own, file).catch(() => refuse(file));
    });
  } finally {
    await rm(own);
  }
}

/** Takes a lock away whose owner has ended. */
async function breakStale(file: string): Promise<void> {
  const owner = await readOwner(file);
  if (owner === undefined || (await isRunning(owner))) return;
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(() => undefined);
  // Another may have broken it first: then what was moved aside is theirs, and goes back.
  const moved = await readOwner(aside);
  if (moved !== undefined && (await isRunning(moved)))
    await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function refuse(file: string): Promise<never> {
  const owner = await readOwner(file);
  const by = owner === undefined ? '' : ` (pid ${owner.pid})`;
  throw new SandboxError(
    `another command${by} is starting or stopping the sandbox ${basename(join(file, '..'))}`,
    { hint: 'wait for it, or use another name' },
  );
}

async function readOwner(file: string): Promise<ProcessId | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ProcessId);
}
