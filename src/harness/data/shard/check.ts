// Checks the settings for shards before the first task comes.
import { lstat, realpath } from 'node:fs/promises';
import { TrainingError } from '../../handler.ts';
import type { ShardSettings } from './settings.ts';

/**
 * Throws ExpectedError for an invalid entry of the allow-list, and a fatal TrainingError for a
 * missing root.
 */
export async function checkShards({ roots, allowedHosts }: ShardSettings): Promise<void> {
  if (allowedHosts.length > 0) {
    const { parseAllowedHosts } = await import('./allowed-hosts.ts');
    parseAllowedHosts(allowedHosts);
  }
  for (const root of roots) {
    if (!(await isFolder(root))) {
      throw new TrainingError('fatal', `the root ${root} is not a folder`, {
        hint: 'make the folder, or name another with --root',
      });
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(await realpath(path))).isDirectory();
  } catch {
    return false;
  }
}
