// Files of the parameters that came within tasks: one for each content, for as long as a task of this process uses it.
import { mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProcessId, readProcessId } from '../../process/pid.ts';
import { TrainingError } from '../handler.ts';
import { decodeInline, type Inline } from '../inline.ts';
import type { Downloaded } from './download.ts';

interface Shared {
  users: number;
  /** Its path, once it is written. */
  readonly path: Promise<string>;
}

/** By cache folder and hash. */
const shared = new Map<string, Shared>();
/** Of this process, by cache folder. */
const folders = new Map<string, Promise<string>>();
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

async function write({ inline, sha256 }: Inline, cache: string): Promise<string> {
  try {
    const folder = await folderOf(cache);
    const path = join(folder, `${sha256}.${++written}.safetensors`);
    await writeFile(path, decodeInline(inline), { flag: 'wx', mode: 0o600 }).catch(
      async (error: unknown) => {
        await rm(path, { force: true });
        throw error;
      },
    );
    return path;
  } catch (cause) {
    folders.delete(cache);
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new TrainingError(
      'retryable',
      `inline parameters can't be written to ${cache}: ${code}`,
      {
        hint: 'the state folder needs room, and the right to write: --state DIR',
        cause,
      },
    );
  }
}

function folderOf(cache: string): Promise<string> {
  const known = folders.get(cache);
  if (known !== undefined) return known;
  const made = makeFolder(join(cache, 'inline'));
  folders.set(cache, made);
  return made;
}

/** A folder for each process, so that those of one that was killed can be told from those in use. */
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
