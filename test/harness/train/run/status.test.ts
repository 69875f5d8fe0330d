// status.json, and topo-harness status as a person runs it.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeProgram } from '../../../../src/cli/harness/program.ts';
import {
  parseStatus,
  readStatus,
  StatusWriter,
  type Status,
} from '../../../../src/harness/train/run/status.ts';
import { callProgram } from '../../../cli/call.ts';

const running: Status = {
  ...{ run: 'digits', pid: process.pid, state: 'running', round: 2, rounds: 8, done: 1, shards: 4 },
  metrics: { loss: 0.5 },
  history: [2, 1, 0.5].map((loss, round) => ({ round, at: 1_000 * round, metrics: { loss } })),
  workers: [
    { name: 'gpu-01:1', queue: 'worker_queue_1', state: 'busy', units: ['digits.r2.s1'] },
    { name: 'gpu\u001b[31m:2', queue: 'worker_queue_2', state: 'silent', units: [] },
  ],
  ...{ started_at: Date.now() - 60_000, at: Date.now(), eta_seconds: 75 },
};
/** Of a process that is gone. */
const gone = spawnSync(process.execPath, ['--version']).pid;

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-status-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function layRuns(runs: Readonly<Record<string, Status | string>>): Promise<string> {
  const cwd = await makeFolder();
  for (const [n, [run, status]] of Object.entries(runs).entries()) {
    const folder = join(cwd, 'runs', run);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'job.json'), '{}');
    await utimes(join(folder, 'job.json'), 1_000 + n, 1_000 + n);
    const text = typeof status === 'string' ? status : JSON.stringify({ version: 1, ...status });
    await writeFile(join(folder, 'status.json'), text);
  }
  return cwd;
}

const status = (cwd: string, ...args: string[]) =>
  callProgram(makeProgram, ['status', ...args], { cwd, env: {} });

test('a run that goes on is told in a few lines', async () => {
  const cwd = await layRuns({ digits: running });
  await writeFile(join(cwd, 'runs/digits/report.html'), '');
  const { code, out, err } = await status(cwd);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`digits  running (pid ${process.pid})`);
  expect(out).toContain('3 of 8 rounds · round 2: 1/4 shards');
  expect(out).toMatch(/loss {7}0\.5 {2}before: 1, 2/);
  expect(out).toMatch(/since {6}1 min.*, about 1 min 15 s left/);
  expect(out).toMatch(/gpu-01:1 +busy +r2\.s1/);
  expect(out).toMatch(/gpu\\u001b\[31m:2 +silent +worker_queue_2/);
  expect(out).toContain('report     runs/digits/report.html');
  expect(out).not.toContain('\u001b');
});

test('names that are no workers of the run are a number', async () => {
  const cwd = await layRuns({ digits: { ...running, strangers: 9_969 } });
  const { out } = await status(cwd);
  expect(out).toContain('unknown    9,969 names heard of, of no worker of this run');
  const wrong = JSON.stringify({ version: 1, ...running, strangers: 'many' });
  expect(parseStatus(wrong)).toBeUndefined();
});

test('without a name it is the run that began last', async () => {
  const cwd = await layRuns({ new: { ...running, run: 'b' }, newest: { ...running, run: 'a' } });
  expect((await status(cwd)).out).toMatch(/^a /);
  expect((await status(cwd, 'new')).out).toMatch(/^b /);
});

test('a run whose coordinator is gone is interrupted, for programs as for people', async () => {
  const cwd = await layRuns({ digits: { ...running, pid: gone } });
  const told = (await status(cwd)).out;
  expect(told).toContain('digits  interrupted\n');
  expect(told).toMatch(
    /^workers {4}when the coordinator was last heard of:\ngpu-01:1 +busy +r2\.s1$/m,
  );
  expect(told).toMatch(/^next .* --run digits --resume goes on, .* abandon digits gives it up$/m);
  const { out } = await status(cwd, 'digits', '--format', 'json');
  expect(JSON.parse(out)).toEqual({ version: 1, ...running, pid: gone, state: 'interrupted' });
});

test.each([
  [
    'running',
    /since .*; last heard of 20 s ago\nworkers {4}when the coordinator was last heard of:/,
  ],
  ['interrupted', /took .*; last heard of 20 s ago\nworkers {4}when/],
  ['finished', /took .* s\nworkers {4}when/],
] as const)(
  'of a run that is %s and has said nothing for long no worker is busy now',
  async (state, told) => {
    const at = Date.now() - 20_000;
    const cwd = await layRuns({ digits: { ...running, state, at } });
    expect((await status(cwd)).out).toMatch(told);
  },
);

test('a run without workers says so while it goes on only', async () => {
  const told = async (state: Status['state']) =>
    (await status(await layRuns({ digits: { ...running, state, workers: [] } }))).out;
  expect(await told('running')).toContain('no worker is heard of');
  for (const state of ['finished', 'abandoned'] as const)
    expect(await told(state)).not.toMatch(/worker/);
});

test.each([
  [['digit'], {}, 1, 'there is no run digit in runs', 'did you mean digits?'],
  [['else'], {}, 1, 'there is no run else in runs', 'there are digits'],
  [['../runs/digits'], {}, 1, 'there is no run ../runs/digits in runs', 'there are digits'],
  [['--runs', 'none'], {}, 1, 'there is no run in none', 'topo-harness train JOB makes one'],
  [['bad'], { bad: '{"version":1}' }, 1, 'runs/bad/status.json is no status of this version', ''],
] as const)('%j is an error that says what to do', async (args, more, exit, message, hint) => {
  const cwd = await layRuns({ digits: running, ...more });
  const { code, out, err } = await status(cwd, ...args);
  expect([code, out]).toEqual([exit, '']);
  expect(err).toContain(message);
  expect(err).toContain(hint);
});

test('watching ends with the run', async () => {
  const cwd = await layRuns({ digits: running });
  const watched = status(cwd, '--watch', '--format', 'json');
  const writer = new StatusWriter(join(cwd, 'runs/digits'), vi.fn());
  const { mock } = vi.spyOn(process.stdout, 'write');
  await expect.poll(() => mock.calls.length).toBeGreaterThan(0);
  writer.tell({ ...running, state: 'finished', done: 4 });
  await writer.close();
  const { code, out } = await watched;
  const states = out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as Status).state);
  expect(code).toBe(0);
  expect(states[0]).toBe('running');
  expect(states.at(-1)).toBe('finished');
});

test('it is written at most twice a second, always whole, and the last one for sure', async () => {
  const folder = await makeFolder();
  const writer = new StatusWriter(folder, vi.fn());
  const texts = new Set<string>();
  const started = performance.now();
  for (let done = 0; performance.now() - started < 1_200; done++) {
    writer.tell({ ...running, done });
    await new Promise((resolve) => setTimeout(resolve, 2));
    texts.add(await readFile(join(folder, 'status.json'), 'utf8').catch(() => ''));
  }
  writer.tell({ ...running, done: 4_711 });
  await writer.close();
  texts.delete('');
  expect([...texts].map(parseStatus)).not.toContain(undefined);
  expect(texts.size).toBeLessThanOrEqual(3);
  expect((await readStatus(folder))?.done).toBe(4_711);
  expect(await readdir(folder)).toEqual(['status.json']);
});

test('a disk that takes nothing stops nobody, and that is told once', async () => {
  const faults: unknown[] = [];
  const writer = new StatusWriter(join(tmpdir(), 'no', 'such', 'folder'), (one) =>
    faults.push(one),
  );
  for (let times = 0; times < 2; times++) {
    writer.tell(running);
    await writer.close();
  }
  expect(faults).toMatchObject([
    { message: expect.stringContaining("status.json can't be") as string },
  ]);
  expect(await readStatus(join(tmpdir(), 'no', 'such', 'folder'))).toBeUndefined();
});
