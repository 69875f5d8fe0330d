import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { expOfNegative, logFromOne } from '../../../src/harness/trainers/perceptron/exact-math.ts';
import { arraysOf, drawModel } from '../../../src/harness/trainers/perceptron/model.ts';
import { Network } from '../../../src/harness/trainers/perceptron/network.ts';
import { Random } from '../../../src/harness/random.ts';
import { outputPathOf } from '../../../src/harness/trainers/module/output.ts';
import { parseTensors } from '../../../src/harness/data/tensors/parse.ts';
import { renderTensors } from '../../../src/harness/data/tensors/render.ts';
import type { Tensor } from '../../../src/harness/data/tensors/tensors.ts';
import { hasPython } from '../../has-python.ts';
import { located, trainOnce } from './simulated-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'topo-perceptron-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Images of 2 x 3 pixels of three classes: which row, and which column, is bright. */
function writeShard(name: string, count: number, labels?: number[]): string {
  const random = new Random(5);
  const shown = labels ?? Array.from({ length: count }, (_, i) => i % 3);
  const pixels = shown.flatMap((label) =>
    Array.from(
      { length: 6 },
      (_, i) => (i % 3 === label ? 150 : 0) + Math.floor(100 * random.uniform()),
    ),
  );
  return write(name, {
    images: { dtype: 'U8', shape: [count, 2, 3], data: Uint8Array.from(pixels) },
    labels: { dtype: 'U8', shape: [count], data: Uint8Array.from(shown) },
  });
}

function write(name: string, tensors: Readonly<Record<string, Tensor>>): string {
  const path = join(folder, name);
  writeFileSync(path, renderTensors(new Map(Object.entries(tensors))));
  return path;
}

const shard = located(writeShard('shard', 50));
const small = { hidden: 8, classes: 3, learning_rate: 0.2, batch_size: 16 };
const sha256 = (path = ''): string => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('numbers that are the same on every machine', () => {
  test('random ones are known, for small seeds and for those of 53 bits', () => {
    const drawn = [0, 1, 2 ** 53 - 1].map((seed) => {
      const random = new Random(seed);
      return [random.uniform(), random.uniform()].map((value) => value * 2 ** 32);
    });
    expect(drawn).toMatchInlineSnapshot(`
      [
        [
          3809008728,
          1133695204,
        ],
        [
          2442144158,
          3238099751,
        ],
        [
          3377881813,
          452688998,
        ],
      ]
    `);
  });

  test('a shuffle has each number once, and is spread evenly', () => {
    const random = new Random(3);
    const places = new Float64Array(5);
    for (let n = 0; n < 5000; n += 1) {
      const order = random.shuffled(5);
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
      places[order.indexOf(0)] = (places[order.indexOf(0)] ?? 0) + 1;
    }
    for (const count of places) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('exp and log agree with those of Math to 14 digits', () => {
    for (let x = -699; x <= 0; x += 0.37) {
      expect(Math.abs(expOfNegative(x) / Math.exp(x) - 1)).toBeLessThan(1e-14);
    }
    expect([expOfNegative(0), expOfNegative(-1e9), expOfNegative(-Infinity)]).toEqual([1, 0, 0]);
    for (let x = 1; x < 300; x *= 1.01) {
      expect(Math.abs(logFromOne(x) - Math.log(x))).toBeLessThan(1e-14 * Math.max(1, Math.log(x)));
    }
  });
});

test('the gradient is the slope of the loss', () => {
  const pixels = Uint8Array.of(10, 200, 30, 90, 250, 0);
  const images = { count: 2, inputs: 3, pixels, labels: Uint8Array.of(1, 0) };
  const model = drawModel({ inputs: 3, hidden: 4, classes: 2 }, 11);
  for (const bias of [model.hiddenBias, model.outputBias]) bias.fill(0.05);
  const before = structuredClone(model);
  const loss = (): number => {
    const network = new Network(before, images);
    return (network.measure(0).loss + network.measure(1).loss) / 2;
  };
  new Network(model, images).step(Uint32Array.of(0, 1), 1, 0);
  arraysOf(before).forEach((values, part) => {
    values.forEach((value, i) => {
      const h = 1e-5;
      const [above, below] = [h, -h].map((by) => {
        values[i] = value + by;
        return loss();
      });
      values[i] = value;
      const gradient = value - (arraysOf(model)[part]?.[i] ?? NaN);
      expect(gradient).toBeCloseTo(((above ?? NaN) - (below ?? NaN)) / (2 * h), 7);
    });
  });
});

test('the same task gives the same bytes again: these', async () => {
  const task = { seed: 7, shard, hyperparameters: { ...small, local_steps: 20, momentum: 0.5 } };
  const one = await trainOnce({ id: 'one', ...task }, folder);
  const two = await trainOnce({ id: 'two', ...task }, folder);
  expect(one.samples).toBe(50);
  expect(two.metrics).toEqual(one.metrics);
  expect(sha256(two.parameters)).toBe(sha256(one.parameters));
  expect(sha256(one.parameters)).toMatchInlineSnapshot(
    `"bc5c260e537b1e3d67a761348a56fa1493079c9fb76ca27bc2f1a41e402f0a81"`,
  );
  const other = await trainOnce({ id: 'other', ...task, seed: 8 }, folder);
  expect(sha256(other.parameters)).not.toBe(sha256(one.parameters));
});

test('a run begins with untrained parameters, learns, and is measured', async () => {
  const init = await trainOnce(
    { id: 'init', seed: 1, hyperparameters: { ...small, inputs: 6, local_steps: 0 } },
    folder,
  );
  expect(init).toEqual({ samples: 0, parameters: init.parameters });
  const tensors = parseTensors(readFileSync(init.parameters ?? ''));
  expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
    ['hidden.bias', 'F32', [8]],
    ['hidden.weight', 'F32', [8, 6]],
    ['output.bias', 'F32', [3]],
    ['output.weight', 'F32', [3, 8]],
  ]);
  const parameters = located(init.parameters ?? '');
  const again = await trainOnce(
    { id: 'as-it-came', parameters, hyperparameters: { local_steps: 0 } },
    folder,
  );
  expect(sha256(again.parameters)).toBe(sha256(init.parameters));
  const evaluate = { hyperparameters: { ...small, evaluate: true }, shard };
  const before = await trainOnce({ id: 'before', ...evaluate, parameters }, folder);
  const trained = await trainOnce(
    { id: 'train', shard, parameters, hyperparameters: { ...small, local_steps: 60 } },
    folder,
  );
  const after = await trainOnce(
    { id: 'after', ...evaluate, parameters: located(trained.parameters ?? '') },
    folder,
  );
  expect(before.metrics?.accuracy).toBeLessThan(0.7);
  expect(after).toEqual({
    samples: 50,
    metrics: { loss: expect.any(Number) as number, accuracy: 1 },
  });
  expect(readdirSync(join(folder, 'results')).filter((name) => name.includes('.new'))).toEqual([]);
});

const wrongHyperparameters: [given: Record<string, unknown>, message: RegExp][] = [
  [{ hidden: 0 }, /hidden is 0; it must be a whole number from 1/],
  [{ hidden: '64' }, /hidden is "\\"64\\""; it must be/],
  [{ classes: 1 }, /classes is 1/],
  [{ learning_rate: 0 }, /above 0/],
  [{ learning_rate: -1 }, /above 0/],
  [{ learning_rate: null }, /above 0/],
  [{ momentum: 1 }, /from 0 up to/],
  [{ batch_size: 1.5 }, /whole number/],
  [{ local_steps: -1 }, /whole number/],
  [{ evaluate: 'yes' }, /true or false/],
  [{ learning_rat: 0.1 }, /did you mean learning_rate\?/],
  [{ constructor: 1 }, /no hyperparameter "constructor"; it knows hidden, /],
  [{ learning_rate: 1e300, local_steps: 30 }, /diverged.*smaller learning_rate/],
];

test.each(wrongHyperparameters)('%j is poison', async (given, message) => {
  await expect(
    trainOnce({ id: 'wrong', shard, hyperparameters: { classes: 3, ...given } }, folder),
  ).rejects.toMatchObject({ verdict: 'poison', message: expect.stringMatching(message) as string });
});

const u8 = (shape: number[]): Tensor => ({
  ...{ dtype: 'U8', shape, data: new Uint8Array(shape.reduce((a, b) => a * b, 1)) },
});
const model = (inputs: number): string =>
  write(`model-${inputs}`, {
    'hidden.weight': { dtype: 'F32', shape: [2, inputs], data: new Uint8Array(8 * inputs) },
    'hidden.bias': { dtype: 'F32', shape: [2], data: new Uint8Array(8) },
    'output.weight': { dtype: 'F32', shape: [3, 2], data: new Uint8Array(24) },
    'output.bias': { dtype: 'F32', shape: [3], data: new Uint8Array(12) },
  });

const wrongTasks: [what: string, task: object, message: RegExp][] = [
  ['no shard', { hyperparameters: { inputs: 6 } }, /no shard to train on/],
  [
    'no shard to measure on',
    { hyperparameters: { inputs: 6, evaluate: true } },
    /no shard to measure/,
  ],
  ['nothing at all', { hyperparameters: { local_steps: 0 } }, /how many pixels/],
  [
    'a shard that is text',
    { shard: located(join(import.meta.dirname, 'perceptron.test.ts')) },
    /no safetensors/,
  ],
  ['no labels', { shard: located(write('no-labels', { images: u8([2, 3]) })) }, /has no labels/],
  [
    'no images',
    { shard: located(write('empty', { images: u8([0, 3]), labels: u8([0]) })) },
    /n at least 1/,
  ],
  [
    'more labels than images',
    { shard: located(write('more', { images: u8([2, 3]), labels: u8([3]) })) },
    /labels \[3\]/,
  ],
  [
    'a label out of range',
    { shard, hyperparameters: { classes: 2 } },
    /label 2, and the model tells 2 classes/,
  ],
  [
    'images of another size',
    { shard, parameters: located(model(5)) },
    /of 6 pixels, and the model takes 5/,
  ],
  [
    'another hidden layer',
    { shard, parameters: located(model(6)), hyperparameters: { hidden: 9 } },
    /of 2 hidden, the hyperparameters say 9/,
  ],
  ['parameters of something else', { shard, parameters: shard }, /no hidden.weight of floats/],
];

test.each(wrongTasks)('%s is poison', async (_, task, message) => {
  await expect(trainOnce({ id: 'wrong', ...task }, folder)).rejects.toMatchObject({
    ...{ verdict: 'poison', message: expect.stringMatching(message) as string },
  });
});

test('a training that is taken back ends at once', async () => {
  const given = { id: 'long', shard, hyperparameters: { ...small, local_steps: 1e9 } };
  const reason = new Error('taken back');
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 50);
  await expect(trainOnce(given, folder, controller.signal)).rejects.toBe(reason);
});

const ids = ['plain', 'RUN.r3.s17', '../../etc/passwd', 'ä\u0000b😀', 'x'.repeat(255)];

test.skipIf(!hasPython).each(ids)(
  'a file of the task %j has the name that topo_exec.py gives it',
  (id) => {
    const python = `
import json, sys
sys.path.insert(0, ${JSON.stringify(new URL('../../../examples/python', import.meta.url).pathname)})
sys.dont_write_bytecode = True
from topo_exec import Context
id, root = json.loads(sys.stdin.read())
for task in {'id': id}, {'id': id, 'results': {'path': root + '/own'}}:
    print(Context(task, 1, 'w', [root], print).output_path('.npy'))`;
    const options = { input: JSON.stringify([id, folder]), encoding: 'utf8' } as const;
    const names = [{ id }, { id, results: { path: join(folder, 'own') } }].map((task) =>
      outputPathOf(task, { worker: 'w', root: folder, suffix: '.npy' }),
    );
    const given = execFileSync('python3', ['-c', python], options);
    expect(given.trimEnd().split('\n')).toEqual(names);
    expect(names.map(dirname)).toEqual(['results', 'own'].map((name) => join(folder, name)));
  },
);
