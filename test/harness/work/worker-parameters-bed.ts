// A worker whose tasks bring parameters, and take trained ones back.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openExecHandler } from '../../../src/harness/trainers/exec/exec-handler.ts';
import { openPerTaskHandler } from '../../../src/harness/trainers/exec/per-task-handler.ts';
import type { ExecOptions } from '../../../src/harness/trainers/exec/options.ts';
import type { Handler } from '../../../src/harness/handler.ts';
import type { Result } from '../../../src/harness/messaging/result.generated.ts';
import { shardDefaults } from '../../../src/harness/data/shard/settings.ts';
import type { Task } from '../../../src/harness/messaging/task.generated.ts';
import type { WorkerOptions } from '../../../src/harness/work/start.ts';
import { hardened, layBed, until, type Bed } from '../bed.ts';
import { python } from '../trainers/exec/python.ts';
import { work, workForAll, type TestWorker } from '../worker-bed.ts';

// The thread loads a file of its own, which only the build makes: npm test builds first.
const built: string = new URL(
  '../../../unbundled/harness/trainers/module/module-handler.js',
  import.meta.url,
).href;
const { openModuleHandler } = (await import(
  built
)) as typeof import('../../../src/harness/trainers/module/module-handler.ts');

const folder = new URL('trainers/', import.meta.url).pathname;

type Open = (options: Omit<ExecOptions, 'command'>) => Handler;

export const trainers = {
  exec: (options) =>
    openExecHandler({ ...options, command: `${process.execPath} '${folder}next-exec.mjs'` }),
  module: (options) =>
    openModuleHandler({
      ...options,
      module: `${folder}next.mjs`,
    }),
  python: (options) => openExecHandler({ ...options, command: `'${python}' '${folder}next.py'` }),
  'python per task': (options) =>
    openPerTaskHandler({ ...options, command: `'${python}' '${folder}next.py'` }),
} satisfies Record<string, Open>;

export interface ParametersBed extends Bed {
  /** Absolute, real. */
  readonly root: string;
  readonly work: (open?: Open, more?: Partial<WorkerOptions>) => Promise<TestWorker>;
  /** One for all tests of the file. */
  readonly workForAll: () => Promise<TestWorker>;
  readonly ask: (task: Partial<Task> & { id: string }) => Promise<void>;
  readonly result: (id: string) => Promise<Result>;
  /** The error of the only dead letter. */
  readonly death: () => Promise<[verdict: unknown, error: string]>;
  /** Files of inline parameters that are in use, or left behind. */
  readonly inlineFiles: () => Promise<string[]>;
  /** The ids of the tasks that were trained. */
  readonly trained: () => Promise<string[]>;
}

export async function layParametersBed(): Promise<ParametersBed> {
  const bed = await layBed(hardened);
  await mkdir(bed.state);
  const root = await realpath(await mkdtemp(join(bed.state, 'root-')));
  const cache = join(bed.state, 'cache');
  const shards = { ...shardDefaults, roots: [root], cache };
  const optionsFor = (open: Open) => ({
    handlers: [open({ worker: 'tester', shards, environment: [], log: () => undefined })],
    max_attempts: 1,
  });
  return {
    ...bed,
    root,
    work: (open = trainers.exec, more = {}) => work(bed, { ...optionsFor(open), ...more }),
    workForAll: () => workForAll(bed, optionsFor(trainers.exec)),
    ask: ({ hyperparameters = {}, ...task }) =>
      bed.send(
        JSON.stringify({ version: 1, hyperparameters: { root, ...hyperparameters }, ...task }),
        { messageId: task.id },
      ),
    result: async (id) => {
      const [result] = (await bed.results(1)).get(id) ?? [];
      if (result === undefined) throw new Error(`no result of ${id}`);
      return result;
    },
    death: async () => {
      await until(async () => (await bed.depth('dead')) === 1, 'the dead letter');
      const headers = (await bed.take('dead'))?.properties.headers ?? {};
      return [headers['x-topo-verdict'], String(headers['x-topo-error'])];
    },
    inlineFiles: async () => {
      const found = await readdir(join(cache, 'inline'), { recursive: true }).catch(() => []);
      return found.filter((name) => name.endsWith('.safetensors'));
    },
    trained: async () => (await readFile(join(root, 'trained'), 'utf8')).trim().split('\n'),
  };
}

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export const inlineOf = (bytes: Buffer) => ({
  ...{ inline: bytes.toString('base64'), sha256: hashOf(bytes) },
});

/** Below the root, as the coordinator of a shared folder has it. */
export async function share(root: string, bytes: Buffer) {
  await mkdir(join(root, 'parameters'), { recursive: true });
  const uri = `parameters/${hashOf(bytes)}.safetensors`;
  await writeFile(join(root, uri), bytes);
  return { uri, sha256: hashOf(bytes) };
}
