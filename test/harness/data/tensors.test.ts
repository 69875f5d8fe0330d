import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseTensors } from '../../../src/harness/data/tensors/parse.ts';
import { renderTensors } from '../../../src/harness/data/tensors/render.ts';
import { readFloats, writeFloats } from '../../../src/harness/data/tensors/floats.ts';
import {
  sizeOf,
  type Dtype,
  type FloatDtype,
  type Tensor,
} from '../../../src/harness/data/tensors/tensors.ts';
import { hasPython } from '../../has-python.ts';

const tensor = (dtype: Dtype, shape: number[], bytes?: number[]): Tensor => ({
  ...{ dtype, shape, data: Uint8Array.from(bytes ?? Array(sizeOf(dtype, shape)).fill(7)) },
});

const file = (header: string | Uint8Array, data = ''): Buffer => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.from(data)]);
};

const entry = (fields: object = {}): string =>
  JSON.stringify({ dtype: 'U8', shape: [2], data_offsets: [0, 2], ...fields });

test('the bytes of a file are known: wide elements first, then by name, data at a multiple of 8', () => {
  const rendered = renderTensors(
    new Map([
      ['b', tensor('U8', [3], [1, 2, 3])],
      ['z', tensor('F32', [1], [0, 0, 128, 63])],
      ['B', tensor('U8', [], [9])],
    ]),
  );
  const header =
    '{"z":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},' +
    '"B":{"dtype":"U8","shape":[],"data_offsets":[4,5]},' +
    '"b":{"dtype":"U8","shape":[3],"data_offsets":[5,8]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  expect(rendered.toString('latin1')).toBe(
    `${String.fromCharCode(padded.length)}\0\0\0\0\0\0\0${padded}\0\0\x80\x3f\x09\x01\x02\x03`,
  );
});

test('the same tensors have the same bytes in whatever order they come, and come back as they were', () => {
  const dtypes: Dtype[] = ['BOOL', 'U8', 'I8', 'U16', 'I16', 'U32', 'I32', 'U64', 'I64'];
  const floats: Dtype[] = ['F16', 'BF16', 'F32', 'F64'];
  const names = ['__proto__', 'constructor', '10', '9', 'ä', '', 'a"b\n'];
  const tensors = new Map<string, Tensor>([
    ...[...dtypes, ...floats].map((dtype) => [dtype, tensor(dtype, [2, 3])] as const),
    ...names.map((name) => [name, tensor('I16', [0, 5])] as const),
  ]);
  const rendered = renderTensors(tensors);
  expect(renderTensors(new Map([...tensors].reverse()))).toEqual(rendered);
  const parsed = parseTensors(rendered);
  const plain = [...parsed].map(
    ([name, { data, ...rest }]) => [name, { ...rest, data: Uint8Array.from(data) }] as const,
  );
  expect(new Map(plain)).toEqual(tensors);
  expect(renderTensors(parsed)).toEqual(rendered);
  // At an odd offset of a larger buffer.
  const moved = Buffer.concat([Buffer.from('x'), rendered]).subarray(1);
  expect(renderTensors(parseTensors(moved))).toEqual(rendered);
});

test.skipIf(!hasPython)('Python writes the same bytes, and reads what was written', () => {
  const python = `
import json, struct, sys
data = struct.pack('<3f', 1.5, -2.0, 0.1) + struct.pack('<2B', 3, 4)
header = json.dumps({'w': {'dtype': 'F32', 'shape': [3], 'data_offsets': [0, 12]},
                     'a': {'dtype': 'U8', 'shape': [2, 1], 'data_offsets': [12, 14]}}, separators=(',', ':')).encode()
header += b' ' * (-len(header) % 8)
sys.stdout.buffer.write(struct.pack('<Q', len(header)) + header + data)`;
  const written = execFileSync('python3', ['-c', python]);
  const parsed = parseTensors(written);
  expect(parsed.get('a')?.shape).toEqual([2, 1]);
  const w = parsed.get('w');
  expect(w?.dtype === 'F32' && [...readFloats({ ...w, dtype: 'F32' })]).toEqual([
    ...[1.5, -2, Math.fround(0.1)],
  ]);
  expect(renderTensors(parsed)).toEqual(written);
});

test('text beside the tensors is read over, and blanks around the header', () => {
  const header = `  {"__metadata__":{"format":"pt"},"a":${entry()}}   `;
  expect(renderTensors(parseTensors(file(header, 'ab')))).toEqual(
    renderTensors(new Map([['a', tensor('U8', [2], [97, 98])]])),
  );
});

const long = Buffer.alloc(20);
long.writeBigUInt64LE(2n ** 63n);
const hostile: [what: string, bytes: Uint8Array, message: RegExp][] = [
  ['nothing', Buffer.alloc(0), /0 bytes/],
  ['less than a length', Buffer.alloc(7), /7 bytes/],
  ['a header of 2^63 bytes', long, /9223372036854775808 bytes/],
  ['a header beyond the end', file('{}').subarray(0, 9), /would have 2 bytes/],
  ['an empty header', file(''), /can't be read/],
  ['a list', file('[]'), /no JSON object/],
  ['half of JSON', file('{"a":'), /can't be read/],
  ['JSON and more', file('{}{}'), /can't be read/],
  ['no UTF-8', file(Uint8Array.of(123, 34, 0xff, 34, 125)), /can't be read/],
  ['deep nesting', file('['.repeat(1_000_000)), /can't be read/],
  ['metadata that are no texts', file('{"__metadata__":{"a":1}}'), /__metadata__/],
  ['a tensor that is a number', file('{"a":1}'), /no JSON object/],
  ['an unknown dtype', file(`{"a":${entry({ dtype: 'F4' })}}`, 'ab'), /dtype/],
  ['a dtype of every object', file(`{"a":${entry({ dtype: 'toString' })}}`, 'ab'), /dtype/],
  ['no dtype', file('{"a":{"shape":[],"data_offsets":[0,1]}}', 'a'), /dtype/],
  ['a negative shape', file(`{"a":${entry({ shape: [-2] })}}`, 'ab'), /no shape/],
  ['half a row', file(`{"a":${entry({ shape: [0.5] })}}`, 'ab'), /no shape/],
  ['a shape that is text', file(`{"a":${entry({ shape: ['2'] })}}`, 'ab'), /no shape/],
  [
    'a shape beyond 2^53',
    file(`{"a":${entry().replace('[2]', '[9007199254740993]')}}`),
    /no shape/,
  ],
  ['a shape that overflows', file(`{"a":${entry({ shape: [2 ** 40, 2 ** 40] })}}`, 'ab'), /bytes/],
  [
    'a shape of 2^64',
    file(`{"a":${entry({ shape: [2 ** 32, 2 ** 32], data_offsets: [0, 0] })}}`),
    /bytes/,
  ],
  ['one offset', file(`{"a":${entry({ data_offsets: [0] })}}`, 'ab'), /data_offsets/],
  ['three offsets', file(`{"a":${entry({ data_offsets: [0, 2, 2] })}}`, 'ab'), /data_offsets/],
  ['offsets the wrong way round', file(`{"a":${entry({ data_offsets: [2, 0] })}}`, 'ab'), /bytes/],
  ['a wrong size', file(`{"a":${entry({ shape: [3] })}}`, 'ab'), /has 2 bytes, not 3/],
  ['data beyond the end', file(`{"a":${entry()}}`, 'a'), /the file has 1/],
  ['data that nobody has', file(`{"a":${entry()}}`, 'abc'), /the file has 3/],
  ['a gap', file(`{"a":${entry({ data_offsets: [1, 3] })}}`, 'abc'), /gap/],
  [
    'an overlap',
    file(`{"a":${entry()},"b":${entry({ data_offsets: [1, 3] })}}`, 'abc'),
    /overlaps/,
  ],
  ['two tensors of the same bytes', file(`{"a":${entry()},"b":${entry()}}`, 'ab'), /overlaps/],
  ['a name that comes twice', file(`{"a":${entry()},"a":${entry()}}`, 'ab'), /Duplicate/],
  ['__proto__ twice', file(`{"__proto__":${entry()},"__proto__":${entry()}}`, 'ab'), /Duplicate/],
  ['a field more', file(`{"a":${entry({ stride: 1 })}}`, 'ab'), /"stride"/],
  ['half a character as a name', file(`{"\\ud800":${entry()}}`, 'ab'), /no text/],
];

test.each(hostile)('%s is no safetensors file', (_, bytes, message) => {
  expect(() => parseTensors(bytes)).toThrow(message);
  expect(() => parseTensors(bytes)).toThrow(/^this is no safetensors file: /);
});

test.each([
  ['of the wrong size', 'a', { ...tensor('U8', [2]), data: new Uint8Array(3) }],
  ['of a reserved name', '__metadata__', tensor('U8', [2])],
])('a tensor %s is not written', (_, name, wrong) => {
  expect(() => renderTensors(new Map([[name, wrong]]))).toThrow(/can't be written/);
});

const bitsOf = (dtype: FloatDtype, value: number): string =>
  Buffer.from(writeFloats(dtype, Float64Array.of(value)))
    .reverse()
    .toString('hex');

const rounded: [dtype: FloatDtype, value: number, bits: string][] = [
  ['F16', 1, '3c00'],
  ['F16', -2, 'c000'],
  ['F16', -0, '8000'],
  ['F16', 65504, '7bff'],
  ['F16', 65519.99, '7bff'],
  ['F16', 65520, '7c00'],
  ['F16', 2 ** -24, '0001'],
  ['F16', 2 ** -25, '0000'],
  ['F16', 2 ** -25 * 1.001, '0001'],
  ['F16', 2 ** -14 - 2 ** -26, '0400'],
  ['F16', 1 + 2 ** -11, '3c00'],
  ['F16', 1 + 3 * 2 ** -11, '3c02'],
  // By way of float32 it would be rounded twice, and be 3c01.
  ['F16', 1 + 2 ** -11 + 2 ** -40, '3c01'],
  ['F16', NaN, '7e00'],
  ['F16', -Infinity, 'fc00'],
  ['BF16', 1, '3f80'],
  ['BF16', 1 + 2 ** -8, '3f80'],
  ['BF16', 1 + 3 * 2 ** -8, '3f82'],
  ['BF16', 3.4e38, '7f80'],
  ['BF16', 2 ** -133, '0001'],
  ['BF16', -(2 ** -134), '8000'],
  ['BF16', 1e-300, '0000'],
  ['F32', 1 + 2 ** -24, '3f800000'],
  ['F32', 1 + 3 * 2 ** -24, '3f800002'],
  ['F64', 0.1, '3fb999999999999a'],
];

test.each(rounded)('%s of %s is %s', (dtype, value, bits) => {
  expect(bitsOf(dtype, value)).toBe(bits);
});

describe.each(['F16', 'BF16'] as const)('each of the 65,536 values of %s', (dtype) => {
  const data = new Uint8Array(Uint16Array.from({ length: 65_536 }, (_, bits) => bits).buffer);
  const values = readFloats({ dtype, shape: [65_536], data });
  test('is what it was after a round trip', () => {
    const numbers = values.filter((value) => !Number.isNaN(value));
    const again = readFloats({ dtype, shape: [], data: writeFloats(dtype, numbers) });
    // Bit by bit, -0 too; expect would look at each number by itself.
    expect(Buffer.from(again.buffer).equals(Buffer.from(numbers.buffer))).toBe(true);
  });
  test('lies above the one before it', () => {
    const positive = values.slice(0, values.indexOf(Infinity) + 1);
    expect(positive.every((value, i) => i === 0 || value > (positive[i - 1] ?? NaN))).toBe(true);
    expect(positive.length).toBe(dtype === 'F16' ? 0x7c01 : 0x7f81);
  });
});
