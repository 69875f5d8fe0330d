// Carries parameters within the messages: for small ones, and machines that share no folder.
import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainingError } from '../../handler.ts';
import { decodeInline, encodeInline, mostInline, type Inline } from '../../messaging/inline.ts';
import type { Downloaded } from '../shard/download.ts';
import { wrongTrainedHash } from '../shard/local-file.ts';
import { inOwnFolder } from './own-folder.ts';
import type { Store } from './store.ts';

export const inline: Store = {
  /** Each may have 11 MB. */
  prefetch: 50,
  sharesFolder: false,

  locationOf: async (model, models) => encodeInline(await models.get(model)),

  wayBack: () => ({ return_parameters: 'inline' }),

  sourceOf: ({ inline: text = '' }) => ({ kind: 'base64', text, name: 'what is inline' }),

  returns: 'inline',

  has: (location) => location.inline !== undefined,

  /** Of a checked task: the bytes come with their hash. */
  open: ({ inline: text = '', sha256 = '' }, { cache }) => hold({ inline: text, sha256 }, cache),

  async makeFolder(_, { cache }) {
    const path = await inOwnFolder(cache, 'results', async (folder) => {
      const made = join(folder, randomUUID());
      await mkdir(made, { mode: 0o700 });
      return made;
    });
    // If it can't be removed now, it does no harm.
    const close = () => rm(path, { recursive: true, force: true }).catch(() => undefined);
    return { path, close };
  },

  async giveBack({ file, named, sha256 }) {
    const location = encodeInline(await readAtMost(file, mostInline, named));
    if (sha256 !== undefined && location.sha256 !== sha256) throw wrongTrainedHash();
    return location;
  },

  giveBackElsewhere(_, uri) {
    throw notHere(uri);
  },
};

interface Shared {
  users: number;
  /** Its path, once it is written. */
  readonly path: Promise<string>;
}

/** By cache folder and hash. */
const shared = new Map<string, Shared>();
let written = 0;

/**
 * A file of the parameters: one for each content, for as long as a task of this process uses it.
 * Throws TrainingError.
 */
async function hold(parameters: Inline, cache: string): Promise<Downloaded> {
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
  // Before it is removed: the next user writes a file of another name.
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

async function readAtMost(file: FileHandle, most: number, path: string): Promise<Buffer> {
  const { size } = await file.stat();
  if (size > most) throw tooLong(path, size);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
  if (bytesRead !== size) throw changing(path);
  return buffer;
}

const changing = (path: string): TrainingError =>
  new TrainingError('retryable', `${path} was cut while it was read`, {
    hint: 'answer when the file is whole',
  });

const tooLong = (path: string, size: number): TrainingError =>
  new TrainingError(
    'poison',
    `${path} has ${size} bytes, and ${mostInline} at most travel inline`,
    {
      hint: 'let parameters travel as files: a folder that all see, and return_parameters location',
    },
  );

const notHere = (uri: string): TrainingError =>
  new TrainingError('poison', `the task wants its parameters back inline, and ${uri} is no file`, {
    hint: 'write them to a file below a root, and name that',
  });
