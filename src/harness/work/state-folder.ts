// Where a worker keeps its memory: a folder for each queue, with one for each worker of this
// machine. A restarted worker takes the first that is free, and so finds what its predecessor did.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { withLock } from '../../disk/lock.ts';
import { makeFolder } from '../../disk/sync.ts';
import { ExpectedError } from '../../topology/problem.ts';

export interface StateFolder {
  readonly kept: string;
  /** A file: results of a topology without a results queue. */
  readonly results: string;
  /** Dead letters of a topology without a dead-letter queue. */
  readonly dead: string;
  release(): Promise<void>;
}

const mostWorkers = 256;
const taken = new ExpectedError('taken');

/** Throws if the folder can't be written to. */
export async function takeStateFolder(
  state: string,
  { vhost, queue }: { vhost: string; queue: string },
): Promise<StateFolder> {
  const name = folderNameOf(vhost, queue);
  try {
    for (let slot = 1; slot <= mostWorkers; slot++) {
      const folder = join(state, 'work', name, String(slot));
      await makeFolder(folder);
      const release = await tryLock(join(folder, 'lock'));
      if (release === undefined) continue;
      const results = join(state, 'results', `${name}.${slot}.jsonl`);
      await makeFolder(join(state, 'results'));
      return { kept: join(folder, 'kept'), results, dead: deadFolderOf(state), release };
    }
  } catch (error) {
    throw unwritable(state, error);
  }
  throw new ExpectedError(`${mostWorkers} workers of this queue use the folder ${state}`, {
    hint: 'give each machine, or each group of workers, a folder of its own: --state DIR',
  });
}

export const deadFolderOf = (state: string): string => join(state, 'dead');

/** Readable where the queue's name is; the hash tells apart what is not, and the vhosts. */
function folderNameOf(vhost: string, queue: string): string {
  const hash = createHash('sha256').update(`${vhost}\0${queue}`).digest('hex').slice(0, 8);
  return `${queue.replaceAll(/[^\w.-]+/g, '_').slice(0, 60)}-${hash}`;
}

/** Undefined if another process has it. */
function tryLock(file: string): Promise<(() => Promise<void>) | undefined> {
  return new Promise((resolve, reject) => {
    const held = withLock(
      file,
      () => taken,
      () =>
        new Promise<void>((end) => {
          resolve(async () => {
            end();
            await held;
          });
        }),
    );
    held.catch((error: unknown) => {
      if (error === taken) resolve(undefined);
      else reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

function unwritable(state: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error as Error;
  const hint = 'make room there, or give a folder that you may write to: --state DIR';
  return new ExpectedError(`can't keep results in ${state} (${code})`, { hint, cause: error });
}
