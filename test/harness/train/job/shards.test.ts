// What the shards of a job become: files below the root and URIs, each with its hash, in an order
// that depends on their names alone.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJob } from '../../../../src/cli/harness/read-job.ts';
import type { Shard } from '../../../../src/harness/train/model/records.ts';
import { resolveEvaluation, resolveShards } from '../../../../src/harness/train/job/shards.ts';
import { InvalidInput } from '../../../../src/topology/problem.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'topo-shards-')));
const root = join(folder, 'root');
const base = join(root, 'job');
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
let server: Server;
let port = 0;
let asked: string[] = [];

beforeAll(async () => {
  mkdirSync(join(base, 'deep/er'), { recursive: true });
  for (const name of [
    'b.npz',
    'a.npz',
    'B.npz',
    'a10.npz',
    'a2.npz',
    'deep/er/c.npz',
    '.hidden.npz',
  ]) {
    writeFileSync(join(base, name), name);
  }
  writeFileSync(join(base, 'brackets[1].npz'), 'brackets');
  writeFileSync(join(base, 'blank 1.csv'), 'blank');
  writeFileSync(join(base, 'a:b.csv'), 'colon');
  writeFileSync(join(root, 'above.npz'), 'above');
  writeFileSync(join(folder, 'outside.npz'), 'outside');
  symlinkSync(join(folder, 'outside.npz'), join(base, 'out.link'));
  symlinkSync('a.npz', join(base, 'a.link'));
  symlinkSync('.', join(base, 'loop'));
  symlinkSync('deep/er', join(base, 'side'));
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/missing') response.statusCode = 404;
    response.end('remote');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** `allowedHosts`: the operator's. */
async function jobOf(
  shards: readonly unknown[],
  more: object = {},
  allowedHosts: readonly string[] = [],
) {
  const file = join(base, 'job.yaml');
  const entries = shards.map((shard) => `  - ${JSON.stringify(shard)}\n`).join('');
  const rest = JSON.stringify({ name: 'digits', rounds: 1, local_steps: 1, ...more }).slice(1, -1);
  writeFileSync(
    file,
    `shards:\n${entries}${rest.replaceAll(/,"/g, '\n"').replaceAll('":', '": ')}\n`,
  );
  const { value: job, at, sources } = await readJob(file);
  const options = {
    ...{ base, root, allowedHosts, publicHosts: job.allow_hosts, places: { at, sources } },
    signal: new AbortController().signal,
  };
  return { job, options };
}

async function resolve(
  shards: readonly unknown[],
  more?: object,
  allowedHosts?: readonly string[],
): Promise<Shard[]> {
  const { job, options } = await jobOf(shards, more, allowedHosts);
  return resolveShards(job, options);
}

/** One line for each problem. */
async function problemsOf(resolving: Promise<unknown>): Promise<string[]> {
  const error = await resolving.then(
    () => undefined,
    (found: unknown) => found,
  );
  if (!(error instanceof InvalidInput)) throw new Error('no InvalidInput', { cause: error });
  expect(error.sources.size).toBe(1);
  return error.problems.map(({ message, hint, at }) => {
    const text = `${message} | ${hint ?? ''}`.replaceAll(folder, '');
    return `${at?.line ?? 0}:${at?.col ?? 0} ${text}`;
  });
}

describe('shards are', () => {
  const local = (uri: string, text: string): Shard => ({ uri, sha256: hashOf(text) });
  const named = (name: string): Shard => local(`job/${name}`, name);
  const rows: [string, unknown[], Shard[]][] = [
    ['paths, in the order of the job', ['b.npz', 'a.npz'], [named('b.npz'), named('a.npz')]],
    [
      'the files of a glob, by the code units of their names',
      ['{a*,b*,B*}.npz'],
      [
        named('B.npz'),
        named('a.npz'),
        named('a10.npz'),
        named('a2.npz'),
        named('b.npz'),
        local('job/brackets[1].npz', 'brackets'),
      ],
    ],
    ['the files of a glob of folders', ['deep/**/c.npz'], [named('deep/er/c.npz')]],
    [
      'a file that only looks like a glob',
      ['brackets[1].npz'],
      [local('job/brackets[1].npz', 'brackets')],
    ],
    [
      'above the folder of the job, and below the root',
      ['../above.npz'],
      [local('above.npz', 'above')],
    ],
    ['a glob above it', ['../*.npz'], [local('above.npz', 'above')]],
    ['absolute', [join(base, 'a.npz')], [named('a.npz')]],
    ['file: URIs', [`file://${join(base, 'a.npz')}`], [named('a.npz')]],
    ['links within the root, as what they lead to', ['a.link'], [named('a.npz')]],
    ['links that a glob matches', ['a.l*'], [named('a.npz')]],
    ['behind a folder that is a link', ['side/*.npz'], [named('deep/er/c.npz')]],
    ['files of a known hash', [{ uri: 'a.npz', sha256: hashOf('a.npz') }], [named('a.npz')]],
    ['names that look like a scheme', ['a:b.csv'], [local('job/a:b.csv', 'colon')]],
  ];
  test.each(rows)('%s', async (_, shards, expected) => {
    expect(await resolve(shards)).toEqual(expected);
  });
});

test('what is wrong with the shards is told all at once, each in its place', async () => {
  const wrong = [
    ...['none/*.npz', 'missing.npz', 'a.npz', './a.npz', 'a.link', 'deep', '../../outside.npz'],
    ...['out.link', 'blank 1.csv', { uri: 'b.npz', sha256: hashOf('other') }],
  ];
  expect(await problemsOf(resolve(wrong))).toMatchInlineSnapshot(`
    [
      "2:5 no file matches "none/*.npz" | globs are below the folder of the job's file, /root/job",
      "3:5 there is no file "missing.npz" | looked for at /root/job/missing.npz",
      "5:5 "job/a.npz" is a shard already, by shards[2] | name each shard once: a round would train on it twice",
      "6:5 "job/a.npz" is a shard already, by shards[2] | name each shard once: a round would train on it twice",
      "7:5 /root/job/deep is not a regular file | name a file",
      "8:5 "../../outside.npz" lies outside of the root /root | put it below the root, where workers have it too, or name another: --root DIR",
      "9:5 "out.link" lies outside of the root /root | put it below the root, where workers have it too, or name another: --root DIR",
      "10:5 "job/blank 1.csv" holds a blank, a control or a backslash | rename the file",
      "11:5 "b.npz" does not hash to the sha256 of the job | put the right file there, or write sha256: 5dcff8f4b25c7df5401259a23a47b1f40ac4a428a501e1fde6652dda1bd15322",
    ]
  `);
});

test.each([
  '/etc/*',
  '/*/hosts',
  '../../*.npz',
  '{../../*,a}.npz',
  '/nowhere/a.npz',
  '../../nowhere.npz',
  'deep/*/../../../../*.npz',
])('whether %s is there is not told: it lies outside of the root', async (pattern) => {
  const problems = await problemsOf(resolve([pattern]));
  expect(problems.map((problem) => problem.replaceAll(root, '/root'))).toEqual([
    `2:5 "${pattern}" lies outside of the root /root | put it below the root, where workers have it too, or name another: --root DIR`,
  ]);
});

test('a file that a glob finds twice, by a link in a circle, is told', async () => {
  expect(await problemsOf(resolve(['**/B.npz']))).toEqual([
    '2:5 "job/B.npz" is found twice by this entry | name each shard once: a round would train on it twice',
  ]);
});

test('a name that begins like a URI is not taken for one by a worker', async () => {
  const { job, options } = await jobOf(['a:b.csv']);
  const shards = await resolveShards(job, { ...options, root: base });
  expect(shards).toEqual([{ uri: './a:b.csv', sha256: hashOf('colon') }]);
});

describe('shards of the network', () => {
  test('are fetched once to hash them, where the operator names the host', async () => {
    asked = [];
    const uri = `http://127.0.0.1:${port}/a.npz`;
    const shards = await resolve([uri], {}, [`127.0.0.1:${port}`]);
    expect(shards).toEqual([{ uri, sha256: hashOf('remote') }]);
    expect(asked).toEqual(['/a.npz']);
  });

  test.each(['127.0.0.1', 'localhost', '127.0.0.0/8', '0.0.0.0/0'])(
    'at an internal address are not asked by the word of a job that allows %s',
    async (allowed) => {
      asked = [];
      const host = allowed.includes('/') ? '127.0.0.1' : allowed;
      const entry = allowed.includes('/') ? allowed : `${allowed}:${port}`;
      const [problem] = await problemsOf(
        resolve([`http://${host}:${port}/a.npz`], { allow_hosts: [entry] }),
      );
      expect(problem).toMatch(/\| where that is meant: topo-harness train --allow-host \S+$/);
      expect(asked).toEqual([]);
    },
  );

  test('of a known hash are left to the workers', async () => {
    asked = [];
    const shard = { uri: `http://127.0.0.1:${port}/a.npz`, sha256: hashOf('remote') };
    expect(await resolve([shard])).toEqual([shard]);
    expect(asked).toEqual([]);
  });

  test('that may not be asked, or are not there, are told', async () => {
    const url = `http://127.0.0.1:${port}`;
    expect(await problemsOf(resolve([`${url}/a.npz`]))).toEqual([
      `2:5 127.0.0.1:${port} is no host that shards may come from | where that is meant: topo-harness train --allow-host 127.0.0.1:${port}`,
    ]);
    expect(await problemsOf(resolve(['https://data.example.com/a.npz']))).toEqual([
      '2:5 data.example.com is no host that shards may come from | add it to the job: allow_hosts: ["data.example.com:443"]',
    ]);
    const allowed = [`127.0.0.1:${port}`];
    expect(await problemsOf(resolve([`${url}/missing`], {}, allowed))).toEqual([
      `2:5 ${url}/missing answered 404 | name another shard, or give its sha256`,
    ]);
  });
});

describe('the evaluation has', () => {
  const evaluate = async (shard: unknown) => {
    const { job, options } = await jobOf(['a.npz'], { evaluation: { shard } });
    return resolveEvaluation(job, options);
  };

  test('a shard', async () => {
    expect(await evaluate('b.n*')).toEqual({ uri: 'job/b.npz', sha256: hashOf('b.npz') });
  });

  test('not several', async () => {
    expect(await problemsOf(evaluate('a*.npz'))).toEqual([
      '6:25 the evaluation has one shard, and 3 files match | name one file',
    ]);
  });

  test('none where the job names none', async () => {
    const { job, options } = await jobOf(['a.npz']);
    expect(await resolveEvaluation(job, options)).toBeUndefined();
  });
});
