// Files of the parameters that came within tasks: one for each content, for as long as a task of this process uses it.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeInline, type Inline } from '../../messaging/inline.ts';
import type { Downloaded } from './download.ts';
import { inOwnFolder } from './own-folder.ts';

interface Shared {
  users: number;
  /** Its path, once it is written. */
  readonly path: Promise<string>;
}

/** By cache folder and hash. */
const shared = new Map<string, Shared>();
let written = 0;

/** `parameters`: as they were checked when the task came. Throws TrainingError. */
export async function holdInline(parameters: Inline, cache: string): Promise<Downloaded> {
  const key = join(cache, parameters.sha256);
  const held = shared.get(key) ?? { users: 0, path: write(parameters, cache) };
  shared.set(key, held);
  held.users++;
  const release = (): Promise<void> => letGo(key, held);
  try {
    return { path: await held.path, release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function letGo(key: string, held: Shared): Promise<void> {
  if (--held.users > 0) return;
  // Before it is removed: whoever comes next writes a file of another name.
  shared.delete(key);
  const path = await held.path.catch(() => undefined);
  if (path !== undefined) await rm(path, { force: true });
}

const write = ({ inline, sha256 }: Inline, cache: string): Promise<string> =>
  inOwnFolder(cache, 'inline parameters', async (folder) => {
    const path = join(folder, `${sha256}.${++written}.safetensors`);
    await writeFile(path, decodeInline(inline), { flag: 'wx', mode: 0o600 }).catch(
      async (error: unknown) => {
        await rm(path, { force: true });
        throw error;
      },
    );
    return path;
  });
