// Where a training leaves its files: a folder of its own, and nothing but that is ever removed.
import { hash } from 'node:crypto';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Trained } from '../../../src/harness/handler.ts';
import { withFiles, type LocatedTask } from '../../../src/harness/data/located-task.ts';
import { shardDefaults } from '../../../src/harness/data/shard/settings.ts';
import type { Task } from '../../../src/harness/messaging/task.generated.ts';

let folder = '';
let root = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-results-'));
  root = join(folder, 'root');
  await mkdir(join(root, 'runs/r/results'), { recursive: true });
  await writeFile(join(root, 'mine.bin'), 'mine');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const train = (
  task: Partial<Task>,
  use: (path: string, task: LocatedTask) => Promise<Trained>,
): Promise<Trained> =>
  withFiles(
    { version: 1, id: 't', ...task },
    { ...shardDefaults, roots: [root], cache: join(folder, 'cache') },
    new AbortController().signal,
    (located) => use(located.results?.path ?? '', located),
  );

const handedOut = { results: { uri: 'runs/r/results/r0.s0' } };
const inline = { return_parameters: 'inline' } as const;

/** All files and folders that were made for trainings. */
const left = async (): Promise<string[]> => {
  const cache = join(folder, 'cache/inline');
  const [own = ''] = await readdir(cache).catch(() => []);
  const found = [join(root, 'runs/r/results'), join(cache, own)].map((path) =>
    readdir(path, { recursive: true }).catch(() => []),
  );
  return (await Promise.all(found)).flat();
};

async function write(path: string): Promise<Trained> {
  await writeFile(join(path, 'model.bin'), 'model');
  return { parameters: { uri: join(path, 'model.bin') } };
}

test('a training has an empty folder of its own, and the file that its result names stays in it', async () => {
  const paths: string[] = [];
  const both = [0, 1].map(() =>
    train(handedOut, async (path, { results }) => {
      paths.push(path);
      expect(results).toEqual({ ...handedOut.results, path });
      expect(await readdir(path)).toEqual([]);
      return write(path);
    }),
  );
  const uris = (await Promise.all(both)).map(({ parameters }) => parameters?.uri);
  const expected = paths.map((path) => relative(root, join(path, 'model.bin')));
  expect(uris.toSorted()).toEqual(expected.toSorted());
  expect(new Set(uris).size).toBe(2);
  for (const uri of uris) expect(uri).toMatch(/^runs\/r\/results\/r0\.s0\/[\w-]+\/model\.bin$/);
});

test('its file is hashed by whoever handed the folder out, and not by the worker', async () => {
  const hashes = async (task: Partial<Task>, sha256?: string) => {
    const write = async (path: string): Promise<Trained> => {
      const uri = join(path || root, 'model.bin');
      await writeFile(uri, 'model');
      return { parameters: { uri, ...(sha256 !== undefined && { sha256 }) } };
    };
    return (await train(task, write)).parameters?.sha256;
  };
  const [own, other] = [hash('sha256', 'model'), 'a'.repeat(64)];
  expect(await hashes(handedOut)).toBeUndefined();
  expect(await hashes(handedOut, other)).toBe(other);
  expect(await hashes({})).toBe(own);
  await expect(hashes({}, other)).rejects.toThrow('does not hash to the sha256');
  expect(await hashes({ ...handedOut, ...inline })).toBe(own);
  await expect(hashes({ ...handedOut, ...inline }, other)).rejects.toThrow('does not hash');
});

test('whoever may use the folder of all results may use that of a training', async () => {
  await chmod(join(root, 'runs/r/results'), 0o2770);
  await train(handedOut, async (path) => {
    for (const one of [path, join(path, '..')])
      expect((await stat(one)).mode & 0o7777).toBe(0o2770);
    return {};
  });
});

test.skipIf(process.getuid?.() !== 0)(
  'a worker that may not write there has its trainer write below the root',
  async () => {
    await chmod(folder, 0o755);
    process.seteuid?.(65_534);
    try {
      await train(handedOut, (_path, { results }) => {
        expect(results).toBeUndefined();
        return Promise.resolve({});
      });
    } finally {
      process.seteuid?.(0);
    }
    expect(await left()).toEqual([]);
  },
);

const endings: [what: string, use: (path: string) => Promise<Trained>][] = [
  ['fails', async (path) => Promise.reject(new Error(`failed in ${(await write(path), path)}`))],
  ['names no file', async (path) => (await write(path), { samples: 1 })],
  ['names another file', async (path) => (await write(path), { parameters: { uri: 'mine.bin' } })],
  ['names a file that is not there', () => Promise.resolve({ parameters: { uri: 'no.bin' } })],
];

describe.each([
  ['in the run', handedOut],
  ['in the cache', inline],
])('a folder %s', (_, task) => {
  test.each(endings)('is gone after a training that %s', async (_what, use) => {
    await train(task, use).catch(() => undefined);
    expect(await left()).toEqual([]);
    expect(await readFile(join(root, 'mine.bin'), 'utf8')).toBe('mine');
  });
});

test('what goes back within the result is gone, and only from the folder that was handed out', async () => {
  const bytes = Buffer.from('model').toString('base64');
  expect((await train(inline, write)).parameters).toMatchObject({ inline: bytes });
  expect(await left()).toEqual([]);
  const { parameters } = await train(inline, () =>
    Promise.resolve({ parameters: { uri: 'mine.bin' } }),
  );
  expect(parameters).toMatchObject({ inline: Buffer.from('mine').toString('base64') });
  expect(await readFile(join(root, 'mine.bin'), 'utf8')).toBe('mine');
});

const forged: [what: string, uri: string, verdict: string, message: RegExp][] = [
  ['leads out', '../results/x', 'poison', /lies outside of the roots/],
  ['leads out by a link', 'link/results/x', 'poison', /lies outside of the roots/],
  [
    'is not there',
    'other/results/x',
    'retryable',
    /other\/results does not exist below .* either share the folder/,
  ],
  ['lies in a file', 'file/results/x', 'poison', /is not a folder/],
  ['is a link', 'runs/r/results/link', 'retryable', /can't be made .* no folder/],
  ['is a file', 'runs/r/results/file', 'retryable', /can't be made .* no folder/],
];

test.each(forged)('a task whose folder %s trains nothing', async (_, uri, verdict, message) => {
  await mkdir(join(folder, 'outside/results'), { recursive: true });
  await mkdir(join(root, 'file'));
  await writeFile(join(root, 'file/results'), '');
  await symlink(join(folder, 'outside'), join(root, 'link'));
  await symlink(join(root, 'file'), join(root, 'runs/r/results/link'));
  await writeFile(join(root, 'runs/r/results/file'), '');
  let isTrained = false;
  const training = train({ results: { uri } }, () => {
    isTrained = true;
    return Promise.resolve({});
  });
  await expect(training).rejects.toMatchObject({
    verdict,
    message: expect.stringMatching(message) as string,
  });
  expect(isTrained).toBe(false);
  expect(await readdir(join(folder, 'outside/results'))).toEqual([]);
});

test('parameters that are sent as a file and are not there name both ways out', async () => {
  const task = { parameters: { uri: 'runs/r/parameters/m', sha256: '0'.repeat(64) } };
  await expect(train(task, (path) => write(path))).rejects.toMatchObject({
    verdict: 'retryable',
    message: `runs/r/parameters/m does not exist below ${root}; parameters are sent as a file: either share the folder of the runs with the workers, below a --root of each, or write store: { kind: inline } in the job, and they travel in messages (8 MiB at most)`,
  });
  const shard = { shard: { uri: 'data/none' } };
  await expect(train(shard, (path) => write(path))).rejects.toMatchObject({
    message: `data/none does not exist below ${root}`,
  });
});
