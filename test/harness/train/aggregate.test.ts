import { expect, test } from 'vitest';
import { aggregate, type Part } from '../../../src/harness/tensors/aggregate.ts';
import { differenceOf } from '../../../src/harness/tensors/difference.ts';
import { readFloats, writeFloats } from '../../../src/harness/tensors/floats.ts';
import {
  isFloat,
  type FloatDtype,
  type Tensor,
  type Tensors,
} from '../../../src/harness/tensors/tensors.ts';

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

test.each(means)('%s', (_, weights, values, mean) => {
  const parts = values.map((value, index) => part(w([value]), weights[index]));
  const { parameters, momentum } = aggregate({ base: w([5]), parts, optimizer: average });
  expect(valuesOf(parameters)).toEqual([mean]);
  expect(momentum).toBeUndefined();
});

test.each(['F16', 'BF16', 'F32', 'F64'] as const)('%s stays %s, rounded once', (dtype) => {
  const parts = [part(w([1, 0.5], dtype)), part(w([2, 0.25], dtype), 2)];
  const { parameters } = aggregate({ base: w([0, 0], dtype), parts, optimizer: average });
  const rounded = readFloats({
    dtype,
    shape: [2],
    data: writeFloats(dtype, Float64Array.of(5 / 3, 1 / 3)),
  });
  expect(valuesOf(parameters)).toEqual([...rounded]);
  expect(parameters.get('w')?.dtype).toBe(dtype);
});

test('the order of the parts is the order of the sums: another one gives other bits', () => {
  const parts = [part(w([1e16], 'F64')), part(w([-1e16], 'F64')), part(w([1], 'F64'))];
  const mean = (order: Part[]): number[] =>
    valuesOf(aggregate({ base: w([0], 'F64'), parts: order, optimizer: average }).parameters);
  expect(mean(parts)).toEqual([1 / 3]);
  expect(mean(parts.toReversed())).toEqual([0]);
});

test('what is no float is taken from the first part', () => {
  const steps = (count: number): Tensors =>
    new Map([
      ['steps', { dtype: 'I64', shape: [], data: Uint8Array.of(count, 0, 0, 0, 0, 0, 0, 0) }],
    ]);
  const parts = [part(steps(3)), part(steps(9), 100)];
  const { parameters } = aggregate({ base: steps(1), parts, optimizer: average });
  expect(parameters).toEqual(steps(3));
});

/** torch.optim.SGD(lr=0.7, momentum=0.9, nesterov=True), as its documentation writes it. */
test('nesterov steps as torch does, round after round', () => {
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
    const made = aggregate({ base, momentum, parts: [part0], optimizer });
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
] as const)('the momentum of %s is kept as %s', (dtype, kept) => {
  const optimizer = { kind: 'nesterov', learning_rate: 1, momentum: 0.5 } as const;
  const { momentum } = aggregate({ base: w([1], dtype), parts: [part(w([2], dtype))], optimizer });
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
  ['a NaN', w([NaN]), /not finite/],
  ['an infinity', w([-Infinity]), /not finite/],
];

test.each(other)('%s makes another model', (_, tensors, why) => {
  expect(differenceOf(w([0]), tensors)).toMatch(why);
  const parts = [part(w([1])), part(tensors)];
  expect(() => aggregate({ base: w([0]), parts, optimizer: average })).toThrow(
    /part 1 is of another/,
  );
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
])('%s can not be aggregated', (_, aggregation, message) => {
  expect(() => aggregate(aggregation)).toThrow(message);
});

test('100,000 floats of three parts take milliseconds', () => {
  const values = Array.from({ length: 100_000 }, (_, i) => i / 7);
  const parts = [1, 2, 3].map((samples) => part(w(values), samples));
  const base = w(values);
  const times = Array.from({ length: 15 }, () => {
    const start = performance.now();
    aggregate({ base, parts, optimizer: average });
    return performance.now() - start;
  }).sort((a, b) => a - b);
  // Far above what it takes (about 3 ms), far below what an object for each float would.
  expect(times[7]).toBeLessThan(30);
  console.log(`aggregate, median: ${(times[7] ?? 0).toFixed(1)} ms`);
});
