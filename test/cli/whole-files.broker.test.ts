// What topo is asked to write is whole at every moment: the old file or the new one.
import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  lchown,
  lstat,
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
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { callTopo } from './topo.ts';

const env = {
  PATH: process.env['PATH'] ?? '',
  RABBITMQ_ENDPOINT: broker.endpoint,
  RABBITMQ_USERNAME: broker.username,
  RABBITMQ_PASSWORD: broker.password,
  AMQP_URL: broker.amqpUrl,
};
const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
let vhost = '';
let topology = '';
let folder = '';
beforeAll(async () => {
  vhost = await freshVhost();
  const own = { durable: true, auto_delete: false, arguments: {} };
  const queues = Array.from({ length: 100 }, (_, n) => ({ name: `new${n}`, ...own }));
  await api('POST', `definitions/${vhost}`, { queues });
  topology = `vhost: ${vhost}\nmanage: all\n${'# a comment\n'.repeat(1_000)}`;
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-whole-'));
  await writeFile(join(folder, 'topology.yaml'), topology);
  await writeFile(join(folder, 'old'), 'old');
});
afterEach(() => rm(folder, { recursive: true }));

const isRoot = process.getuid?.() === 0;
const modeOf = async (name: string) => (await stat(join(folder, name))).mode & 0o777;
const read = (name: string) => readFile(join(folder, name), 'utf8');
/** In a shell, as a person would redirect it. */
const inShell = (script: string, args: readonly string[]): Promise<Error | null> =>
  new Promise((resolve) =>
    execFile(
      'bash',
      ['-c', script, 'bash', process.execPath, main, ...args],
      { cwd: folder, env },
      resolve,
    ),
  );

const rows: [string, string, string[]][] = [
  ['--into', 'topology.yaml', ['export']],
  ['--output', 'old', ['export', '--vhost', 'VHOST']],
  ['--out', 'old', ['plan']],
  ['--report', 'old', ['apply', '--yes']],
];

test('a set of files without room leaves no file', async () => {
  const split = ['--split', 'new1*=small.yaml', '--rest', 'big.yaml'];
  const args = ['export', '--vhost', vhost, '--quiet', ...split];
  expect(await inShell('ulimit -f 1; exec "$@"', args)).toBeInstanceOf(Error);
  expect((await readdir(folder)).sort()).toEqual(['old', 'topology.yaml']);
  expect(await inShell('exec "$@"', args)).toBeNull();
  expect((await readdir(folder)).sort()).toEqual([
    'big.yaml',
    'old',
    'small.yaml',
    'topology.yaml',
  ]);
});

describe.each(firstOf(rows, 2))('%s', (flag, name, command) => {
  const argsFor = (file: string) => [
    ...command.map((arg) => arg.replace('VHOST', vhost)),
    flag,
    file,
  ];

  test('without room leaves the old file, and nothing beside it', async () => {
    const before = await read(name);
    // No file may become longer than 1 KiB; /dev/null takes what is printed.
    const failed = await inShell('ulimit -f 1; exec "$@" > /dev/null', argsFor(name));
    expect(failed).toBeInstanceOf(Error);
    expect(await read(name)).toBe(before);
    expect(await readdir(folder)).toEqual(['old', 'topology.yaml']);
  });

  const isOwnFile = flag === '--into';
  test(`keeps the link that the file had, ${isOwnFile ? 'and its mode' : 'and is for its owner alone'}`, async () => {
    await chmod(join(folder, name), 0o646);
    await symlink(name, join(folder, 'link'));
    const before = await read(name);
    await callTopo(argsFor('link'), folder, env);
    expect(await read(name)).not.toBe(before);
    expect(await modeOf(name)).toBe(isOwnFile ? 0o646 : 0o600);
    expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
    expect(await readdir(folder)).toEqual(['link', 'old', 'topology.yaml']);
  });

  test.runIf(!isOwnFile)('makes a file that only its owner can read', async () => {
    // Whatever the umask.
    await inShell('umask 0; exec "$@" > /dev/null', argsFor('made'));
    expect(await modeOf('made')).toBe(0o600);
  });

  test.runIf(isRoot && !isOwnFile)('takes over a file that another user put there', async () => {
    await chown(join(folder, name), 12_345, 12_345);
    await callTopo(argsFor(name), folder, env);
    expect(await stat(join(folder, name))).toMatchObject({ uid: 0, gid: 0 });
  });

  test.runIf(isRoot && !isOwnFile)(
    'follows no link that a stranger put into a shared folder',
    async () => {
      const shared = join(folder, 'shared');
      await mkdir(shared);
      await chmod(shared, 0o1777);
      for (const [link, target] of [
        ['to-old', '../old'],
        ['to-none', '../none'],
      ] as const) {
        await symlink(target, join(shared, link));
        await lchown(join(shared, link), 12_345, 12_345);
        const { code, err } = await callTopo(argsFor(`shared/${link}`), folder, env);
        expect(code).toBe(3);
        expect(err).toContain(`shared/${link} can't be written: EACCES`);
      }
      expect(await read('old')).toBe('old');
      expect(await readdir(folder)).toEqual(['old', 'shared', 'topology.yaml']);
    },
  );
});

describe('export --output', () => {
  const args = (file: string) => ['export', '--vhost', vhost, '--output', file];

  test('makes a file, also behind a dangling link', async () => {
    await symlink('made', join(folder, 'link'));
    expect(await callTopo(args('link'), folder, env)).toMatchObject({ code: 0 });
    expect(await read('made')).toContain('name: new0');
    expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
  });

  const streams: [string, string, string][] = [
    ['- is stdout', '-', '"$@" > made'],
    ['/dev/stdout may be a file', '/dev/stdout', 'echo before > made; "$@" >> made'],
    ['/dev/stdout may be a pipe', '/dev/stdout', '"$@" | cat > made'],
    ['a named pipe is written to', 'pipe', 'mkfifo pipe; cat pipe > made & "$@"; wait'],
  ];
  test.each(firstOf(streams))('%s', async (_, file, script) => {
    expect(await inShell(script, args(file))).toBeNull();
    expect(await read('made')).toContain('name: new0');
    if (script.includes('>>')) expect(await read('made')).toMatch(/^before\n/);
  });
});
