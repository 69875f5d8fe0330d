// Sweeps: what one file makes tasks of, and what is wrong with one, all at once and in its place.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSweep } from '../../../src/cli/harness/read-sweep.ts';
import { countTasks, tasksOf } from '../../../src/harness/publish/sweep.ts';
import { checkTask } from '../../../src/harness/messaging/message.ts';
import { InvalidInput } from '../../../src/topology/problem.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-sweep-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string) {
  const file = join(folder, 'sweep.yaml');
  await writeFile(file, text);
  return readSweep(file);
}

async function tasksIn(text: string) {
  const sweep = await read(text);
  const tasks = [...tasksOf(sweep)] as {
    seed: number;
    hyperparameters: Record<string, unknown>;
    labels: object;
  }[];
  expect(tasks).toHaveLength(countTasks(sweep));
  for (const task of tasks) expect(checkTask({ version: 1, id: 'x', ...task })).toEqual([]);
  return tasks;
}

async function problemsOf(text: string): Promise<string[]> {
  const error = await read(text).then(
    () => undefined,
    (found: unknown) => found,
  );
  if (!(error instanceof InvalidInput)) throw new Error('it was read', { cause: error });
  return error.problems.map(
    ({ code, message, at }) => `${at?.line}:${at?.col} ${code}: ${message}`,
  );
}

test('a grid is every combination, with every seed, the last name fastest', async () => {
  const tasks = await tasksIn(`
name: s
task: { shard: { uri: a.npz }, hyperparameters: { epochs: 3 }, labels: { owner: me } }
grid: { batch: [16, 32.0], optimizer: [sgd, [adam, 0.9]] }
seeds: [1, 2]
`);
  expect(tasks[0]).toEqual({
    ...{ shard: { uri: 'a.npz' }, seed: 1, labels: { owner: 'me', sweep: 's' } },
    hyperparameters: { epochs: 3, batch: 16, optimizer: 'sgd' },
  });
  expect(
    tasks.map(({ seed, hyperparameters: { batch, optimizer } }) => [batch, optimizer, seed]),
  ).toEqual([
    [16, 'sgd', 1],
    [16, 'sgd', 2],
    [16, ['adam', 0.9], 1],
    [16, ['adam', 0.9], 2],
    [32, 'sgd', 1],
    [32, 'sgd', 2],
    [32, ['adam', 0.9], 1],
    [32, ['adam', 0.9], 2],
  ]);
});

test('random ranges are drawn within their bounds, the same each time, and others under another name', async () => {
  const text = (name: string) => `
name: ${name}
grid: { depth: [1, 2] }
random:
  rate: { min: 0.0001, max: 0.1, scale: log }
  dropout: { min: 0, max: 0.5 }
  layers: { min: 1, max: 3, integer: true }
  act: [relu, gelu]
samples: 100
`;
  const tasks = await tasksIn(text('s'));
  const all = tasks.map(({ hyperparameters }) => hyperparameters);
  const numbers = (name: string) => all.map((one) => Number(one[name]));
  expect(Math.min(...numbers('rate'))).toBeGreaterThanOrEqual(0.0001);
  expect(Math.max(...numbers('rate'))).toBeLessThanOrEqual(0.1);
  const middle = numbers('rate').filter((rate) => rate < 0.003).length;
  expect(middle).toBeGreaterThan(70);
  expect(middle).toBeLessThan(130);
  expect(new Set(numbers('layers'))).toEqual(new Set([1, 2, 3]));
  expect(new Set(all.map(({ act }) => act))).toEqual(new Set(['relu', 'gelu']));
  expect(Math.max(...numbers('dropout'))).toBeLessThanOrEqual(0.5);
  expect(new Set(numbers('dropout')).size).toBeGreaterThan(190);
  expect(await tasksIn(text('s'))).toEqual(tasks);
  const others = await tasksIn(text('t'));
  expect(others[0]?.hyperparameters).not.toEqual(tasks[0]?.hyperparameters);
});

test('all that is wrong is told at once, in its place', async () => {
  expect(
    await problemsOf(`name: my sweep
task: { seed: 3, shard: { uri: a } }
grid: { a: [], rate: [1] }
random: { rate: { min: 2, max: 1 }, b: { min: 0, max: 1, scale: log }, c: 5 }
sedes: [1]
`),
  ).toEqual([
    '1:7 wrong-value: name must be like "learning-rates", not the string "my sweep"',
    '2:15 wrong-task: "seed" is set by the sweep',
    '3:12 wrong-value: grid.a must be a list that is not empty, not a list',
    '4:9 samples: nothing says how many samples of the random ranges are drawn',
    '4:17 empty-range: the range of "rate" is empty: min is not below max',
    '4:17 named-twice: "rate" is given in grid and in random',
    '4:47 log-range: the range of "b" has scale log, and begins at 0 or below',
    '4:75 wrong-value: random.c must be a list or a map, not the number 5',
    '5:1 unknown-field: a sweep file has no field "sedes"',
  ]);
});

test.each([
  [
    'what is no task',
    'name: s\ntask: { shards: [a] }',
    /2:7 wrong-task: the task has no field "shards"/,
  ],
  ['samples of nothing', 'name: s\nsamples: 3', /2:10 samples: there are samples/],
  [
    'more than can be published',
    'name: s\nrandom: { a: [1, 2] }\nsamples: 1000000\nseeds: [1, 2]',
    /too-many-tasks: the sweep makes 2000000 tasks/,
  ],
  [
    'a number that would be rounded',
    'name: s\ngrid: { a: [12345678901234567890] }',
    /2:13 inexact-number/,
  ],
])('%s is refused', async (_, text, words) => {
  expect((await problemsOf(text)).join('\n')).toMatch(words);
});
