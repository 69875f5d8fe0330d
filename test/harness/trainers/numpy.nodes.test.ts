import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseTensors } from '../../../src/harness/data/tensors/parse.ts';
import { renderTensors } from '../../../src/harness/data/tensors/render.ts';
import { training } from './exec/trainer.ts';
import {
  evaluationOf,
  examples,
  initial,
  pythonsWith,
  runPython,
  trainingOf,
  withExample,
} from './python-trainers.ts';

const pythons = pythonsWith('numpy');
const rows = pythons.length > 0 ? pythons : ['python3'];
const header = (json: string, data = Buffer.alloc(0)): Buffer => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, Buffer.from(json), data]);
};

const damaged: [what: string, content: Buffer][] = [
  ['nothing', Buffer.alloc(0)],
  ['a header beyond the end', Buffer.from([9, 0, 0, 0, 0, 0, 0, 0, 123])],
  ['no JSON', header('garbage')],
  ['a tensor beyond the end', header('{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}')],
  ['a hole', header('{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', Buffer.from([0, 1]))],
  ['bytes of no tensor', header('{}', Buffer.from([1]))],
  [
    'another shape',
    header('{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,2]}}', Buffer.from([0, 1])),
  ],
  [
    'a dtype that numpy lacks',
    header('{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', Buffer.from([0, 1])),
  ],
];

describe.skipIf(pythons.length === 0).each(rows)('topo_safetensors under %s', (python) => {
  const folder = mkdtempSync(join(tmpdir(), 'topo-safetensors-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('writes what the coordinator reads, and reads what the coordinator writes', () => {
    const script = `import numpy as np, topo_safetensors as s
s.write('a', {'x.ü': np.arange(6, dtype='>f4').reshape(2, 3), 'n': np.int64(7), 'none': np.zeros((0, 4), 'f8'), 'b': np.array([True])})`;
    runPython(python, script, folder);
    const tensors = parseTensors(readFileSync(join(folder, 'a')));
    const shapes = [...tensors].map(([name, { dtype, shape }]) => [name, dtype, [...shape]]);
    expect(new Map(shapes.map(([name, ...rest]) => [name, rest]))).toEqual(
      new Map<unknown, unknown>([
        ['x.ü', ['F32', [2, 3]]],
        ['n', ['I64', []]],
        ['none', ['F64', [0, 4]]],
        ['b', ['BOOL', [1]]],
      ]),
    );
    writeFileSync(join(folder, 'b'), renderTensors(tensors));
    const read = `import topo_safetensors as s; print(sorted((k, v.tolist()) for k, v in s.read('b').items()))`;
    expect(runPython(python, read, folder).trim()).toBe(
      "[('b', [True]), ('n', 7), ('none', []), ('x.ü', [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])]",
    );
  });

  test.each(damaged)('refuses %s', (_what, content) => {
    writeFileSync(join(folder, 'damaged'), content);
    const script = `import topo_safetensors as s
try: s.read('damaged')
except ValueError: print('refused')`;
    expect(runPython(python, script, folder)).toBe('refused\n');
  });
});

describe.skipIf(pythons.length === 0).each(rows)('train_numpy.py under %s', (python) => {
  const command = `${python} '${examples}train_numpy.py'`;

  test('makes the first parameters from the seed, learns, and measures', async () => {
    await withExample(command, async (handler) => {
      const first = await handler.train(initial, training());
      expect(first.metrics).toEqual({});
      const watched = training();
      const trained = await handler.train(trainingOf('t', first.parameters), watched);
      expect(trained.samples).toBe(200);
      expect(watched.fractions.length).toBe(15);
      const measured = await handler.train(evaluationOf(trained.parameters), training());
      expect(measured.parameters).toBeUndefined();
      expect(measured.samples).toBe(100);
      expect(measured.metrics?.['accuracy']).toBeGreaterThan(0.9);
    });
  });

  test('the same task gives the same bytes in another process', async () => {
    const hashes: unknown[] = [];
    for (let time = 0; time < 2; time += 1) {
      await withExample(command, async (handler) => {
        const first = await handler.train(initial, training());
        const { parameters } = await handler.train(trainingOf('t', first.parameters), training());
        hashes.push(parameters?.sha256);
      });
    }
    expect(hashes).toEqual([hashes[1], expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  test('a shard that is none, and parameters of another model, are poison', async () => {
    await withExample(command, async (handler, root) => {
      writeFileSync(join(root, 'garbage.safetensors'), 'garbage');
      const garbage = { ...initial, shard: { uri: 'garbage.safetensors' } };
      await expect(handler.train(garbage, training())).rejects.toMatchObject({ verdict: 'poison' });
      const foreign = trainingOf('t', { uri: 'a.safetensors' });
      await expect(handler.train(foreign, training())).rejects.toMatchObject({ verdict: 'poison' });
    });
  });
});
