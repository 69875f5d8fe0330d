// A worker that is killed with SIGKILL at each step on the way of a task: another one finds everything, and no task is lost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { broker } from '../broker.ts';
import { hardened, layBed, plain, until, withoutRetries, type Bed } from './bed.ts';
import type { WorkerProcessSettings } from './worker-process.ts';

const script = new URL('worker-process.ts', import.meta.url).pathname;

/** Runs until it kills itself, or is told to drain; gives the tasks that it began. */
async function run(bed: Bed, killAt: string, isEnough?: () => Promise<void>): Promise<string[]> {
  const { file, state } = bed;
  const settings: WorkerProcessSettings = {
    ...{ file, state, killAt, amqpUrl: broker.amqpUrl, max_attempts: 3 },
  };
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, WORKER_SETTINGS: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (text) => (out += String(text)));
  const closed = once(child, 'close');
  try {
    if (isEnough) await until(() => out.includes('working'), 'the worker');
    await isEnough?.();
    if (isEnough) child.kill('SIGTERM');
    const [, signal] = (await closed) as [unknown, string | null];
    expect(signal).toBe(isEnough ? null : 'SIGKILL');
  } finally {
    child.kill('SIGKILL');
  }
  return [...out.matchAll(/^started (.*)$/gm)].map(([, id]) => id ?? '');
}

const done = ['task-1', 'task-2', 'task-3'];
const doneSteps = [
  ...['received', 'started', 'trained', 'kept', 'result_published', 'result_confirmed', 'acked'],
];

test.each(doneSteps)('killed when a task is %s', async (step) => {
  const bed = await layBed(hardened);
  for (const id of done) await bed.publish(id);
  const before = await run(bed, `${step} task-2`);
  const results = new Map<string, unknown[]>();
  const after = await run(bed, 'never', async () => {
    for (const [id, found] of await bed.results(3)) results.set(id, found);
    await until(async () => (await bed.depth('w1')) === 0, 'an empty queue');
  });
  expect([...results.keys()].sort()).toEqual(done);
  const isKept = doneSteps.indexOf(step) >= doneSteps.indexOf('kept');
  expect([...before, ...after].filter((id) => id === 'task-2')).toHaveLength(
    isKept || step === 'received' ? 1 : 2,
  );
  expect(await bed.depth('dead')).toBe(0);
});

test.each([...['retry_published', 'retry_confirmed', 'held']])(
  'killed when a failure is %s',
  async (step) => {
    const bed = await layBed(step === 'held' ? withoutRetries : hardened);
    await bed.publish('retryable-1-a');
    await run(bed, `${step} retryable-1-a`);
    await run(bed, 'never', async () => {
      expect((await bed.results(1)).has('retryable-1-a')).toBe(true);
      await until(async () => (await bed.depth('w1')) === 0, 'an empty queue');
    });
    expect(await bed.depth('dead')).toBe(0);
  },
);

test.each(['dead_published', 'dead_confirmed'])('killed when poison is %s', async (step) => {
  const bed = await layBed(hardened);
  await bed.publish('poison-1');
  await run(bed, `${step} poison-1`);
  await run(bed, 'never', async () => {
    await until(async () => (await bed.depth('dead')) >= 1, 'a dead letter');
  });
  expect(await bed.depth('w1')).toBe(0);
});

test.each(['result_written', 'kept', 'acked'])(
  'killed when a result of the plain topology is %s',
  async (step) => {
    const bed = await layBed(plain);
    for (const id of done) await bed.publish(id);
    await run(bed, `${step} task-2`);
    await run(bed, 'never', async () => {
      await until(async () => (await resultsIn(bed)).size === 3, 'the results');
      await until(async () => (await bed.depth('w1')) === 0, 'an empty queue');
    });
    expect([...(await resultsIn(bed))].sort()).toEqual(done);
  },
);

test('a task that ends its worker each time is dead-lettered, whatever the queue counts', async () => {
  const bed = await layBed(hardened);
  await bed.publish('task-1');
  for (let times = 0; times < 3; times++) await run(bed, 'started task-1');
  await run(bed, 'never', async () => {
    await until(async () => (await bed.depth('dead')) === 1, 'the dead letter');
  });
  const letter = await bed.take('dead');
  expect(letter?.properties.headers?.['x-topo-error']).toBe(
    'the worker ended 3 times in a row while it trained this task',
  );
}, 60_000);

async function resultsIn({ state }: Bed): Promise<Set<string>> {
  const { readdir, readFile } = await import('node:fs/promises');
  const files = await readdir(`${state}/results`).catch(() => []);
  const texts = await Promise.all(
    files.map((file) => readFile(`${state}/results/${file}`, 'utf8')),
  );
  const lines = texts
    .join('')
    .split('\n')
    .filter((line) => line.endsWith('}'));
  return new Set(lines.map((line) => (JSON.parse(line) as { task: string }).task));
}
