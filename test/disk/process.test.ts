import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { withLock } from '../../src/disk/lock.ts';
import { isRunning, kill, type ProcessId, readProcessId, waitForEnd } from '../../src/disk/pid.ts';
import { hasPython } from '../has-python.ts';

async function startSleep(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child as ChildProcess & { readonly pid: number };
}

const taken = (owner: string): Error => new Error(`taken${owner}`);

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-lock-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('a process that was given the pid of an earlier one is not killed in its stead', async () => {
  const { pid } = await startSleep();
  const id = await readProcessId(pid);
  await kill({ pid, since: 'an earlier start' }, 'SIGKILL');
  expect(id && (await isRunning(id))).toBe(true);
});

test('a process that is known by its start is killed, and waited for', async () => {
  const id = await readProcessId((await startSleep()).pid);
  if (id === undefined) throw new Error('sleep did not start');
  expect(await waitForEnd(id, 0)).toBe(false);
  await kill(id, 'SIGTERM');
  expect(await waitForEnd(id, 5_000)).toBe(true);
  expect(await readProcessId(id.pid)).toBeUndefined();
});

test('the lock of a command that was killed is taken over', async () => {
  const folder = await temporaryFolder();
  const child = await startSleep();
  await writeFile(join(folder, 'lock'), JSON.stringify(await readProcessId(child.pid)));
  const enter = () => withLock(join(folder, 'lock'), taken, () => Promise.resolve('in'));
  await expect(enter()).rejects.toThrow(`taken (pid ${child.pid})`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await enter()).toBe('in');
});

const nobody = [
  ...['null', '[]', '4711', '{}', '{"pid":4711}', '{"since":"1"}', '{"pid":-1,"since":"1"}'],
  ...['{"pid":0,"since":""}', '{"pid":1.5,"since":"1"}', '{"pid":"\\u001b[2J","since":"1"}'],
  '{"pid":-4711}',
];
test.each(['', '{"pid":4', '\0', ...nobody])(
  'a lock of which a power cut left %j, or that names no process, is taken over',
  async (left) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), left);
    expect(await withLock(join(folder, 'lock'), taken, () => Promise.resolve('in'))).toBe('in');
  },
);

test.each([
  ['a link', 'is a symbolic link, which topo does not follow there'],
  ['a folder', 'is no regular file'],
  ['a pipe', 'is no regular file'],
  ['without end', 'is larger than the 1000 bytes that topo reads of it'],
])('a lock that is %s is neither followed nor read', async (what, message) => {
  const folder = await temporaryFolder();
  const lock = join(folder, 'lock');
  if (what === 'a link') await symlink('/dev/zero', lock);
  else if (what === 'a folder') await mkdir(lock);
  else if (what === 'a pipe') spawnSync('mkfifo', [lock]);
  else await writeFile(lock, '4'.repeat(100_000));
  await expect(withLock(lock, taken, () => Promise.resolve('in'))).rejects.toMatchObject({
    name: 'ExpectedError',
    message: `${lock} ${message}`,
  });
  expect(await readdir(folder)).toEqual(['lock']);
});

/**
 * Signals of topo go to groups: of 0 it would be the test's own, of -1 and 1 every process there
 * is.
 */
test.each([
  { pid: 0, since: undefined },
  { pid: -1, since: undefined },
  { pid: -4711, since: undefined },
  { pid: 4_000_000, since: undefined },
  { pid: Number.NaN, since: undefined },
] as object[] as ProcessId[])('%j is no process that runs', async (id) => {
  expect(await isRunning(id)).toBe(false);
  await kill(id, 'SIGCONT');
});

test('the first process of all is never signalled', async () => {
  const first = await readProcessId(1);
  const signal = vi.spyOn(process, 'kill').mockReturnValue(true);
  onTestFinished(() => signal.mockRestore());
  if (first !== undefined) await kill(first, 'SIGCONT');
  expect(signal).not.toHaveBeenCalled();
});

test.each([
  ['one stale lock', ['lock']],
  ['a stale lock whose taking over was killed', ['lock', 'lock.stale']],
])('of many at %s, one gets in', async (_, locks) => {
  const folder = await temporaryFolder();
  const stale = JSON.stringify({ pid: 1, since: 'an earlier boot' });
  for (const name of locks) await writeFile(join(folder, name), stale);
  const entries = 20;
  let [inside, refused] = [0, 0];
  let allElseRefused: () => void = () => undefined;
  const staying = new Promise<void>((resolve) => (allElseRefused = resolve));
  const enter = () =>
    withLock(join(folder, 'lock'), taken, () => {
      inside++;
      return staying;
    }).catch(() => {
      if (++refused === entries - 1) allElseRefused();
    });
  await Promise.all(Array.from({ length: entries }, enter));
  expect([inside, refused]).toEqual([1, entries - 1]);
  expect(await readdir(folder)).toEqual([]);
});

test.skipIf(!hasPython)(
  'a process whose first thread has ended runs for as long as another of its threads does',
  async () => {
    const source = `import ctypes, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
ctypes.CDLL(None).pthread_exit(None)`;
    const child = spawn('python3', ['-c', source], { detached: true, stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const pid = child.pid ?? 0;
    await vi.waitUntil(async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z '), {
      timeout: 20_000,
    });
    const id = await readProcessId(pid);
    expect(id && (await isRunning(id))).toBe(true);
    child.kill('SIGKILL');
    expect(id && (await waitForEnd(id, 5_000))).toBe(true);
  },
);
