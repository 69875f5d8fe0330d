// Ends sandboxes: gracefully, like a power cut, or for good.
import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasOwnFolder } from '../disk/own-place.ts';
import { hasTopoFolder } from '../disk/topo-folder.ts';
import { deleteContainer } from './docker.ts';
import { withSandboxLock } from './lock.ts';
import { readSandbox, writeSandbox } from './record.ts';
import { end, isAlive } from './runner.ts';
import type { Sandbox } from './sandbox.ts';

/** Shuts the broker down and keeps its data for the next start. False if it was not running. */
export function stopSandbox({ folder }: Sandbox): Promise<boolean> {
  return withSandboxLock(folder, async () => {
    const live = await readSandbox(folder);
    if (live === undefined) return false;
    const wasAlive = await isAlive(live.runner);
    await end(live.runner, 'SIGTERM');
    await writeSandbox({ ...live, desired: 'stopped' });
    return wasAlive;
  });
}

/**
 * SIGKILL acts like a power cut. The record still says "running", so the sandbox counts as crashed.
 */
export const killSandbox = ({ runner }: Sandbox): Promise<void> => end(runner, 'SIGKILL');

/** Ends the broker at once and deletes its folder: messages, logs and all. */
export async function deleteSandbox({ folder }: Pick<Sandbox, 'folder'>): Promise<void> {
  const root = dirname(folder);
  if (!(await hasTopoFolder(root)) || !(await hasOwnFolder(folder))) return;
  await withSandboxLock(folder, async () => {
    const live = await readSandbox(folder);
    if (live !== undefined) await end(live.runner, 'SIGKILL');
    if (live?.runner.kind === 'docker') await deleteContainer(live.runner.container);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  // The folder of all sandboxes goes with the last one.
  await rmdir(root).catch(() => undefined);
}
