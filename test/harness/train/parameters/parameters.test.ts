// What is done with parameters in files, chunk by chunk: the same as of whole models in memory,
// with each file read once.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashingHere } from '../../../../src/harness/train/parameters/hashing.ts';
import { mean, type MeanOrder } from '../../../../src/harness/train/parameters/mean.ts';
import { take } from '../../../../src/harness/train/parameters/take.ts';
import type { OuterOptimizer } from '../../../../src/harness/data/tensors/aggregate.ts';
import { writeFloats } from '../../../../src/harness/data/tensors/floats.ts';
import { chunkLength } from '../../../../src/harness/data/tensors/layout.ts';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import {
  isFloatDtype,
  widthOf,
  type Dtype,
  type Form,
  type Tensor,
  type Tensors,
} from '../../../../src/harness/data/tensors/tensors.ts';
import { atEffort } from '../../../effort.ts';
import { fileOf, hashOf, meanOf, withFolder } from './model-files.ts';
import { aggregate } from './whole-models.ts';

const average = { kind: 'average' } as const;
const nesterov = { kind: 'nesterov', learning_rate: 0.7, momentum: 0.9 } as const;

/** Numbers that use all of their bits, others for each seed. */
function tensorOf({ dtype, shape }: Form, seed: number): Tensor {
  const length = shape.reduce((product, one) => product * one, 1);
  if (!isFloatDtype(dtype)) {
    const data = new Uint8Array(length * widthOf(dtype)).map((_, at) => (at * 7 + seed * 13) & 1);
    return { dtype, shape, data };
  }
  const values = Float64Array.from({ length }, (_, at) => Math.sin((at + 1) * (seed + 0.1)) * 3);
  return { dtype, shape, data: writeFloats(dtype, values) };
}

const modelOf = (forms: ReadonlyMap<string, Form>, seed: number): Tensors =>
  new Map([...forms].map(([name, form], at) => [name, tensorOf(form, seed + at / 10)]));

/**
 * A file with its tensors in the order of the map, as any program may write it, its header padded
 * by so many blanks.
 */
function renderAsTheyCome(tensors: Tensors, blanks: number): Buffer {
  let end = 0;
  const entries = [...tensors].map(([name, { dtype, shape, data }]) => {
    const data_offsets = [end, (end += data.length)];
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets })}`;
  });
  const header = Buffer.from(`{${entries.join(',')}}${' '.repeat(blanks)}`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...[...tensors.values()].map(({ data }) => data)]);
}

const dtypes: Dtype[] = ['F16', 'BF16', 'F32', 'F64', 'U8', 'I64', 'BOOL'];
const forms = fc
  .uniqueArray(
    fc.record({
      name: fc.string({ minLength: 1, maxLength: 4 }),
      dtype: fc.constantFrom(...dtypes),
      shape: fc.array(fc.nat(5), { maxLength: 3 }),
    }),
    { maxLength: 6, selector: ({ name }) => name },
  )
  .map((all) => all.filter(({ name }) => name !== '__proto__'))
  .map(
    (all) => new Map(all.map(({ name, dtype, shape }): [string, Form] => [name, { dtype, shape }])),
  );

const round = fc.record({
  forms,
  optimizer: fc.constantFrom<OuterOptimizer>(average, nesterov),
  samples: fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
  isFirst: fc.boolean(),
  blanks: fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }),
  isTurned: fc.boolean(),
});
type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;

const turned = (tensors: Tensors, isTurned: boolean): Tensors =>
  isTurned ? new Map([...tensors].reverse()) : tensors;

async function makeBoth(drawn: Round): Promise<void> {
  const { optimizer, samples, isFirst, blanks, isTurned } = drawn;
  const base = modelOf(drawn.forms, 0);
  const before = isFirst || optimizer.kind === 'average' ? undefined : modelOf(drawn.forms, 9);
  const momentum =
    before && aggregate({ base, parts: [{ tensors: before, samples: 1 }], optimizer });
  const parts = samples.map((count, at) => ({
    tensors: modelOf(drawn.forms, at + 1),
    samples: count,
  }));
  const expected = aggregate({ base, momentum: momentum?.momentum, parts, optimizer });
  await withFolder(async (folder) => {
    const file = (tensors: Tensors, at: number) =>
      fileOf(folder, renderAsTheyCome(turned(tensors, isTurned && at % 2 === 0), blanks[at] ?? 0));
    const to = { parameters: join(folder, 'made'), momentum: join(folder, 'moved') };
    const named = await Promise.all(
      parts.map(async ({ tensors, samples: count }, at) => ({
        ...(await file(tensors, at)),
        samples: count,
      })),
    );
    const kept = momentum?.momentum && (await file(momentum.momentum, 4));
    const made = await mean({
      base: await file(base, 5),
      momentum: kept,
      parts: named,
      optimizer,
      to,
    });
    const wanted = renderTensors(expected.parameters);
    expect((await readFile(to.parameters)).equals(wanted)).toBe(true);
    expect(made.parameters).toEqual({ sha256: hashOf(wanted), bytes: wanted.length });
    if (!expected.momentum) return;
    const moved = renderTensors(expected.momentum);
    expect((await readFile(to.momentum)).equals(moved)).toBe(true);
    expect(made.momentum).toEqual({ sha256: hashOf(moved), bytes: moved.length });
  });
}

test('a mean of files is that of models in memory, whatever the order of their tensors', async () => {
  await fc.assert(fc.asyncProperty(round, makeBoth), { numRuns: atEffort(50) });
});

/** On both sides of the borders of chunks, with tensors that go across. */
const large: ReadonlyMap<string, Form> = new Map([
  ['a', { dtype: 'F32', shape: [chunkLength - 1] }],
  ['b', { dtype: 'F32', shape: [2, chunkLength] }],
  ['c', { dtype: 'BF16', shape: [3] }],
  ['d', { dtype: 'U8', shape: [chunkLength + 5] }],
]);

const largeModels = new Map<number, Tensors>();
/** Made once: nothing writes to it. */
function largeModel(seed: number): Tensors {
  const made = largeModels.get(seed) ?? modelOf(large, seed);
  largeModels.set(seed, made);
  return made;
}

test.each([average, nesterov])(
  'so it is across the borders of chunks: $kind',
  async (optimizer) => {
    const base = largeModel(0);
    const parts = [1, 2].map((seed) => ({ tensors: largeModel(seed), samples: seed }));
    const { parameters, momentum } = aggregate({ base, parts, optimizer });
    const made = await meanOf({ base, parts, optimizer });
    expect(hashOf(renderTensors(made.parameters))).toBe(hashOf(renderTensors(parameters)));
    expect(momentum && hashOf(renderTensors(momentum))).toBe(
      made.momentum && hashOf(renderTensors(made.momentum)),
    );
  },
);

/** Bytes that this process has read from files so far. */
async function readSoFar(): Promise<number> {
  const [, read] = /^rchar: (\d+)$/m.exec(await readFile('/proc/self/io', 'utf8')) ?? [];
  return Number(read);
}

async function withModels<T>(
  count: number,
  use: (folder: string, files: { path: string; sha256: string; samples: number }[]) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const bytes = renderTensors(largeModel(0));
    const files = [];
    for (let n = 0; n < count; n++) {
      bytes[bytes.length - 1] = n;
      files.push({ ...(await fileOf(folder, bytes)), samples: 1 });
    }
    return use(folder, files);
  });
}

const orderOf = (
  folder: string,
  [base, ...parts]: { path: string; sha256: string; samples: number }[],
) => {
  if (base === undefined) throw new Error('no base');
  const to = { parameters: join(folder, 'made'), momentum: join(folder, 'moved') };
  return { base, momentum: undefined, parts, to };
};

test.skipIf(process.platform !== 'linux')(
  'each file is read once, to be taken and for the mean',
  () =>
    withModels(4, async (folder, files) => {
      const { length } = await readFile(files[0]?.path ?? '');
      const before = await readSoFar();
      for (const [at, { path }] of files.slice(1).entries())
        await take({ from: { kind: 'file', path }, to: join(folder, `${at}`) });
      const taken = await readSoFar();
      await mean({ ...orderOf(folder, files), optimizer: average });
      const averaged = await readSoFar();
      // Modules, headers and the like are a few hundred kilobytes.
      expect((taken - before) / length).toBeCloseTo(3, 0);
      expect((averaged - taken) / length).toBeCloseTo(3, 0);
    }),
);

/** Bytes of the buffers that a mean is made in. */
async function roomOf(order: MeanOrder): Promise<number> {
  let sum = 0;
  const room = (bytes: number): Uint8Array => {
    sum += bytes;
    return hashingHere.room(bytes);
  };
  await mean(order, { ...hashingHere, room });
  return sum;
}

test('memory does not grow with the number of shards', async () => {
  const rooms: number[] = [];
  for (const count of [3, 12])
    await withModels(count, async (folder, files) => {
      rooms.push(await roomOf({ ...orderOf(folder, files), optimizer: average }));
    });
  const [few = NaN, many = NaN] = rooms;
  expect(few).toBeGreaterThan(2 ** 20);
  expect(many).toBe(few);
});

describe('what is damaged is noticed while it is read:', () => {
  const small = new Map<string, Form>([['w', { dtype: 'F32', shape: [4] }]]);

  test.each([
    ['a part', 1, average, 7],
    ['a part that is no number any more', 1, average, 255],
    ['the base of a step', 0, nesterov, 7],
  ] as const)('%s', (_, damaged, optimizer, byte) =>
    withFolder(async (folder) => {
      const models = [0, 1, 2].map((seed) => renderTensors(modelOf(small, seed)));
      const files = await Promise.all(
        models.map(async (bytes) => ({ ...(await fileOf(folder, bytes)), samples: 1 })),
      );
      const { path = '' } = files[damaged] ?? {};
      const bytes = await readFile(path);
      await writeFile(path, bytes.fill(byte, bytes.length - 2));
      const making = mean({ ...orderOf(folder, files), optimizer });
      await expect(making).rejects.toThrow(`${path} is damaged`);
      expect(await readdir(folder)).toHaveLength(3);
    }),
  );

  test('a file that is taken, whatever else is wrong with it', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'cut');
      await writeFile(path, renderTensors(modelOf(small, 0)).subarray(0, -1));
      const from = { kind: 'named', uri: 'cut', roots: [folder] } as const;
      const to = join(folder, 'copy');
      await expect(take({ from, to })).rejects.toThrow(/no safetensors file: its tensors have 16/);
      const sha256 = 'a'.repeat(64);
      await expect(take({ from, to, sha256 })).rejects.toThrow(`cut does not hash to ${sha256}`);
      expect(await readdir(folder)).toEqual(['cut']);
    }));
});
