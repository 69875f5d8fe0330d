import { describe, expect, test } from 'vitest';
import { take } from '../../../../src/harness/train/parameters/take.ts';
import { differenceOf } from '../../../../src/harness/data/tensors/difference.ts';
import {
  blockLength,
  readFloats,
  writeFloats,
} from '../../../../src/harness/data/tensors/floats.ts';
import {
  isFloat,
  type FloatDtype,
  type Tensor,
  type Tensors,
} from '../../../../src/harness/data/tensors/tensors.ts';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import { fileOf, meanOf, withFolder } from './model-files.ts';
import type { Part } from './whole-models.ts';

const average = { kind: 'average' } as const;

const floats = (values: readonly number[], dtype: FloatDtype = 'F32'): Tensor => ({
  ...{ dtype, shape: [values.length] },
  data: writeFloats(dtype, Float64Array.from(values)),
});
const w = (values: readonly number[], dtype?: FloatDtype): Tensors =>
  new Map([['w', floats(values, dtype)]]);
const part = (tensors: Tensors, samples = 1): Part => ({ tensors, samples });

function valuesOf(tensors: Tensors | undefined, name = 'w'): number[] {
  const tensor = tensors?.get(name);
  return tensor && isFloat(tensor) ? [...readFloats(tensor)] : [];
}

const means: [what: string, weights: number[], values: number[], mean: number][] = [
  ['samples are weights', [1, 3], [0, 4], 3],
  ['a part without samples counts nothing', [0, 2, 2], [100, 1, 3], 2],
  ['without any samples all weigh the same', [0, 0], [1, 3], 2],
  ['one part is the mean', [7], [0.1], Math.fround(0.1)],
  ['the sums are float64', [1, 1, 1], [16777216, 1, 1], Math.fround(16777218 / 3)],
];

test.each(means)('%s', async (_, weights, values, mean) => {
  const parts = values.map((value, index) => part(w([value]), weights[index]));
  const { parameters, momentum } = await meanOf({ base: w([5]), parts, optimizer: average });
  expect(valuesOf(parameters)).toEqual([mean]);
  expect(momentum).toBeUndefined();
});

test.each(['F16', 'BF16', 'F32', 'F64'] as const)('%s stays %s, rounded once', async (dtype) => {
  const parts = [part(w([1, 0.5], dtype)), part(w([2, 0.25], dtype), 2)];
  const { parameters } = await meanOf({ base: w([0, 0], dtype), parts, optimizer: average });
  const rounded = readFloats({
    dtype,
    shape: [2],
    data: writeFloats(dtype, Float64Array.of(5 / 3, 1 / 3)),
  });
  expect(valuesOf(parameters)).toEqual([...rounded]);
  expect(parameters.get('w')?.dtype).toBe(dtype);
});

test('the order of the parts is the order of the sums: another one gives other bits', async () => {
  const parts = [part(w([1e16], 'F64')), part(w([-1e16], 'F64')), part(w([1], 'F64'))];
  const mean = async (order: Part[]): Promise<number[]> => {
    const made = await meanOf({ base: w([0], 'F64'), parts: order, optimizer: average });
    return valuesOf(made.parameters);
  };
  expect(await mean(parts)).toEqual([1 / 3]);
  expect(await mean(parts.toReversed())).toEqual([0]);
});

test('what is no float is taken from the first part', async () => {
  const steps = (count: number): Tensors =>
    new Map([
      ['steps', { dtype: 'I64', shape: [], data: Uint8Array.of(count, 0, 0, 0, 0, 0, 0, 0) }],
    ]);
  const parts = [part(steps(3)), part(steps(9), 100)];
  const { parameters } = await meanOf({ base: steps(1), parts, optimizer: average });
  expect(parameters).toEqual(steps(3));
});

/** torch.optim.SGD(lr=0.7, momentum=0.9, nesterov=True), as its documentation writes it. */
test('nesterov steps as torch does, round after round', async () => {
  const optimizer = { kind: 'nesterov', learning_rate: 0.7, momentum: 0.9 } as const;
  let base = w([1, -2], 'F64');
  let momentum: Tensors | undefined;
  let [wanted, buffer] = [
    [1, -2],
    [0, 0],
  ];
  for (const moved of [0.5, 0.25, -0.125]) {
    const part0 = part(
      w(
        wanted.map((value) => value + moved),
        'F64',
      ),
    );
    const made = await meanOf({ base, momentum, parts: [part0], optimizer });
    const gradients = wanted.map((value) => value - (value + moved));
    buffer = buffer.map((value, i) => 0.9 * value + (gradients[i] ?? NaN));
    wanted = wanted.map(
      (value, i) => value - 0.7 * ((gradients[i] ?? NaN) + 0.9 * (buffer[i] ?? NaN)),
    );
    expect(valuesOf(made.parameters)).toEqual(wanted);
    expect(valuesOf(made.momentum)).toEqual(buffer);
    base = made.parameters;
    momentum = made.momentum;
  }
});

test.each([
  ['F16', 'F32'],
  ['BF16', 'F32'],
  ['F32', 'F32'],
  ['F64', 'F64'],
] as const)('the momentum of %s is kept as %s', async (dtype, kept) => {
  const optimizer = { kind: 'nesterov', learning_rate: 1, momentum: 0.5 } as const;
  const { momentum } = await meanOf({
    base: w([1], dtype),
    parts: [part(w([2], dtype))],
    optimizer,
  });
  expect(momentum).toEqual(w([-1], kept));
});

const other: [what: string, tensors: Tensors, why: RegExp][] = [
  ['a tensor less', new Map(), /"w" is missing/],
  [
    'a tensor more',
    new Map([...w([1]), ...new Map([['\u001b[2J', floats([1])]])]),
    /no tensor "\\u001b\[2J"/,
  ],
  ['another dtype', w([1], 'F64'), /is F64, not F32/],
  ['another shape', w([1, 2]), /has the shape \[2\], not \[1\]/],
];

test.each(other)('%s makes another model', async (_, tensors, why) => {
  expect(differenceOf(w([0]), tensors)).toMatch(why);
  const parts = [part(w([1])), part(tensors)];
  const making = meanOf({ base: w([0]), parts, optimizer: average });
  await expect(making).rejects.toThrow(/part 1 is of another/);
});

test('the same model has no difference', () => {
  expect(differenceOf(w([0]), w([1]))).toBeUndefined();
});

const nesterov = { kind: 'nesterov', learning_rate: 100, momentum: 0 } as const;
test.each([
  ['no parts', { base: w([0]), parts: [], optimizer: average }, /nothing to aggregate/],
  [
    'less than no samples',
    { base: w([0]), parts: [part(w([1]), -1)], optimizer: average },
    /-1 samples/,
  ],
  [
    'half a sample',
    { base: w([0]), parts: [part(w([1]), 0.5)], optimizer: average },
    /0.5 samples/,
  ],
  [
    'a step out of range',
    { base: w([0], 'F16'), parts: [part(w([6e4], 'F16'))], optimizer: nesterov },
    /too large for F16/,
  ],
  [
    'a momentum of another shape',
    { base: w([0]), momentum: w([1, 2]), parts: [part(w([1]))], optimizer: nesterov },
    /momentum of "w"/,
  ],
])('%s can not be aggregated', async (_, aggregation, message) => {
  await expect(meanOf(aggregation)).rejects.toThrow(message);
});

const optimizers = {
  average,
  nesterov: { kind: 'nesterov', learning_rate: 0.7, momentum: 0.9 },
} as const;
/** In pieces, none of which has a border within it. */
const roundOnce = (values: readonly number[], dtype: FloatDtype): number[] =>
  Array.from({ length: Math.ceil(values.length / piece) }, (_, n) =>
    valuesOf(w(values.slice(n * piece, (n + 1) * piece), dtype)),
  ).flat();
const piece = 1_000;

/** One number of each model, and what becomes of it. */
function aggregateOne(
  { base, parts, velocity }: { base: number; parts: readonly number[]; velocity: number },
  optimizer: keyof typeof optimizers,
): { made: number; velocity: number } {
  const [a = NaN, b = NaN, c = NaN] = parts;
  const mean = (a * 1 + b * 2 + c * 3) / 6;
  if (optimizer === 'average') return { made: mean, velocity: 0 };
  const { learning_rate, momentum } = optimizers.nesterov;
  const gradient = base - mean;
  const moved = momentum * velocity + gradient;
  return { made: base - learning_rate * (gradient + momentum * moved), velocity: moved };
}

const lengths = [
  1,
  ...[1, 2].flatMap((blocks) => [-1, 0, 1].map((more) => blocks * blockLength + more)),
];

const seeds = [1.1, 2.3, 3.7, 5.3, 7.9];
/** By seed; shorter tensors are the first of them. */
const series = new Map(
  seeds.map((seed) => [
    seed,
    Array.from({ length: 2 * blockLength + 1 }, (_, i) => Math.sin((i + 1) * seed) * 3),
  ]),
);

describe.each(['F16', 'F32', 'F64'] as const)('block by block, %s', (dtype) => {
  const kept = dtype === 'F64' ? 'F64' : 'F32';
  const drawn = (length: number, seed: number, of: FloatDtype = dtype): Tensors =>
    w(series.get(seed)?.slice(0, length) ?? [], of);

  test.each(Object.keys(optimizers) as (keyof typeof optimizers)[])(
    'with %s each number is what it is alone, on both sides of every border',
    async (name) => {
      for (const length of lengths) {
        const base = drawn(length, 1.1);
        const momentum = name === 'nesterov' ? drawn(length, 2.3, kept) : undefined;
        const parts = [3.7, 5.3, 7.9].map((seed, at) => part(drawn(length, seed), at + 1));
        const made = await meanOf({ base, momentum, parts, optimizer: optimizers[name] });
        const [starts, speeds] = [valuesOf(base), valuesOf(momentum)];
        const all = parts.map(({ tensors }) => valuesOf(tensors));
        const alone = starts.map((start, i) =>
          aggregateOne(
            { base: start, parts: all.map((one) => one[i] ?? NaN), velocity: speeds[i] ?? 0 },
            name,
          ),
        );
        const expected = roundOnce(
          alone.map((one) => one.made),
          dtype,
        );
        expect(firstDifference(valuesOf(made.parameters), expected)).toBe('none');
        const speedsAlone = alone.map(({ velocity }) => velocity);
        const moved = momentum ? roundOnce(speedsAlone, kept) : [];
        expect(firstDifference(valuesOf(made.momentum), moved)).toBe('none');
      }
    },
  );

  test.each([0, blockLength - 1, blockLength, 2 * blockLength])(
    'what is not finite is found, at %i too',
    async (place) => {
      const base = drawn(2 * blockLength + 1, 1.1);
      const values = valuesOf(base).with(place, NaN);
      expect(await whyUnfit(w(values, dtype), base)).toMatch(/not finite/);
      expect(await whyUnfit(base, base)).toBe('none');
    },
  );
});

/** Why a model can't be a part of a round that began with `base`. */
const whyUnfit = (tensors: Tensors, base: Tensors): Promise<string> =>
  withFolder(async (folder) => {
    const { path } = await fileOf(folder, renderTensors(tensors));
    const begun = await fileOf(folder, renderTensors(base));
    const round = { optimizer: average, weight: 1, parts: 1 };
    const fit = { base: begun.path, momentum: undefined, ...round };
    return take({ from: { kind: 'file', path }, fit }).then(
      () => 'none',
      (error: unknown) => String(error),
    );
  });

/** Of thousands of numbers nobody wants to see more. */
function firstDifference(found: readonly number[], expected: readonly number[]): string {
  if (found.length !== expected.length) return `${found.length} numbers, not ${expected.length}`;
  const place = expected.findIndex((value, i) => !Object.is(value, found[i]));
  return place < 0 ? 'none' : `${found[place]} at ${place}, not ${expected[place]}`;
}
