// A worker's signals: the first drains it, the second hands its tasks back, and the exit code names
// the signal. Real signals.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sampleOf } from '../../sample.ts';
import { hardened, layBed } from '../bed.ts';
import { startHarness, type Running } from '../run-harness.ts';

const queue = 'w1';

async function startWorker(tasks: number): Promise<Running & { depth: () => Promise<number> }> {
  const bed = await layBed(hardened);
  if (tasks > 0) await bed.publish('t', { key: 'k1' });
  const cwd = await mkdtemp(join(tmpdir(), 'topo-signals-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const own = ['--topology', bed.file, '--exec-per-task', 'sleep 1000', '--log-level', 'debug'];
  const running = startHarness(['work', queue, ...own], { cwd });
  onTestFinished(() => void running.child.kill('SIGKILL'));
  await expect.poll(() => running.err()).toContain('"working"');
  if (tasks > 0) await expect.poll(() => running.err()).toContain('received');
  return { ...running, depth: async () => ((await bed.take(queue)) === undefined ? 0 : 1) };
}

async function endIdle(signal: NodeJS.Signals): Promise<void> {
  const { child, ended } = await startWorker(0);
  child.kill(signal);
  expect(await ended).toMatchObject({ code: 0 });
}

async function handBack(signal: NodeJS.Signals, code: number): Promise<void> {
  const { child, ended, err, depth } = await startWorker(1);
  child.kill(signal);
  await expect.poll(err).toContain('drain');
  child.kill(signal);
  expect(await ended).toMatchObject({ code });
  expect(await depth()).toBe(1);
}

const codes = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } as const;
const rows = (['SIGTERM', 'SIGINT', 'SIGHUP'] as const).flatMap((signal) =>
  (['idle', 'with a task'] as const).map((when) => ({ signal, when })),
);

test.each(sampleOf(rows))(
  '$when, it ends at $signal: with 0, or, if it comes twice, with its code and its task given back',
  ({ signal, when }) => (when === 'idle' ? endIdle(signal) : handBack(signal, codes[signal])),
);
