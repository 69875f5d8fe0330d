import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { withLock } from '../../src/process/lock.ts';
import { isRunning, kill, readProcessId, waitForEnd } from '../../src/process/pid.ts';
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

test.each(['', '{"pid":4', '\0'])(
  'a lock of which a power cut left %j is taken over',
  async (left) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'lock'), left);
    expect(await withLock(join(folder, 'lock'), taken, () => Promise.resolve('in'))).toBe('in');
  },
);

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
    await vi.waitUntil(async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).includes(') Z '));
    const id = await readProcessId(pid);
    expect(id && (await isRunning(id))).toBe(true);
    child.kill('SIGKILL');
    expect(id && (await waitForEnd(id, 5_000))).toBe(true);
  },
);
