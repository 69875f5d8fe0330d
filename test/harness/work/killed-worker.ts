// A worker that is killed with SIGKILL at each step on the way of a task: another one finds
// everything, and no task is lost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { broker } from '../../broker.ts';
import { hardened, layBed, plain, until, withoutRetries, type Bed } from '../bed.ts';
import { work, type TestWorker } from '../worker-bed.ts';

const program = new URL('worker-process.mjs', import.meta.url).pathname;

/**
 * Runs a worker until it kills itself, at a step or while it trains; gives the tasks that it began.
 */
export async function runUntilKilled({ file, state }: Bed, killAt: string): Promise<string[]> {
  const settings = { file, state, killAt, amqpUrl: broker.amqpUrl };
  const child = spawn(process.execPath, [program], {
    env: { WORKER_SETTINGS: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [out, closed] = await Promise.all([text(child.stdout), once(child, 'close')]);
    expect(closed).toEqual([null, 'SIGKILL']);
    return [...out.matchAll(/^started (.*)$/gm)].map(([, id]) => id ?? '');
  } finally {
    child.kill('SIGKILL');
  }
}

/** Runs another worker until it has done enough; gives the tasks that it began. */
export async function runAgain(
  bed: Bed,
  isEnough: (worker: TestWorker) => Promise<void>,
): Promise<string[]> {
  const worker = await work(bed, { prefetch: 3 });
  await isEnough(worker);
  worker.drain();
  expect(await worker.ended).toEqual({ kind: 'drained' });
  return worker.events.flatMap((event) => (event.kind === 'started' ? [event.id] : []));
}

const done = ['task-1', 'task-2', 'task-3'];
const doneSteps = [
  ...['received', 'started', 'trained', 'kept', 'result_published', 'result_confirmed', 'acked'],
];

/** When a task that trains well is at this step. */
export async function killAtTask(step: string): Promise<void> {
  const bed = await layBed(hardened);
  for (const id of done) await bed.publish(id);
  const before = await runUntilKilled(bed, `${step} task-2`);
  const results = new Map<string, unknown[]>();
  const after = await runAgain(bed, async () => {
    for (const [id, found] of await bed.results(3)) results.set(id, found);
    await until(async () => (await bed.depth('w1')) === 0, 'an empty queue');
  });
  expect([...results.keys()].sort()).toEqual(done);
  const isKept = doneSteps.indexOf(step) >= doneSteps.indexOf('kept');
  expect([...before, ...after].filter((id) => id === 'task-2')).toHaveLength(
    isKept || step === 'received' ? 1 : 2,
  );
  expect(await bed.depth('dead')).toBe(0);
}

/** When a failure, which may be tried again, is at this step. */
export async function killAtFailure(step: string): Promise<void> {
  const bed = await layBed(step === 'held' ? withoutRetries : hardened);
  await bed.publish('retryable-1-a');
  await runUntilKilled(bed, `${step} retryable-1-a`);
  await runAgain(bed, async () => {
    expect((await bed.results(1)).has('retryable-1-a')).toBe(true);
    await until(async () => (await bed.depth('w1')) === 0, 'an empty queue');
  });
  expect(await bed.depth('dead')).toBe(0);
}

/** When a task that no worker can train is at this step. */
export async function killAtPoison(step: string): Promise<void> {
  const bed = await layBed(hardened);
  await bed.publish('poison-1');
  await runUntilKilled(bed, `${step} poison-1`);
  await runAgain(bed, ({ steps }) => until(() => steps.includes('acked poison-1'), 'the ack'));
  expect(await bed.depth('dead')).toBeGreaterThanOrEqual(1);
  expect(await bed.depth('w1')).toBe(0);
}

/** When a result that is written to a file is at this step. */
export async function killAtWrittenResult(step: string): Promise<void> {
  const bed = await layBed(plain);
  for (const id of done) await bed.publish(id);
  await runUntilKilled(bed, `${step} task-2`);
  await runAgain(bed, async () => {
    await until(async () => (await resultsIn(bed)).size === 3, 'the results');
    await until(async () => (await bed.depth('w1')) === 0, 'an empty queue');
  });
  expect([...(await resultsIn(bed))].sort()).toEqual(done);
}

async function resultsIn({ state }: Bed): Promise<Set<string>> {
  const folder = join(state, 'results');
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const lines = texts
    .join('')
    .split('\n')
    .filter((line) => line.endsWith('}'));
  return new Set(lines.map((line) => (JSON.parse(line) as { task: string }).task));
}
