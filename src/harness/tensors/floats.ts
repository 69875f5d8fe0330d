// Floats of each dtype, as float64 and back. Bytes are read where they lie: at any offset, on machines of any byte order.
import type { FloatDtype, FloatTensor } from './tensors.ts';

/** Exact: float64 holds every value of the others. */
export function readFloats({ dtype, data }: FloatTensor): Float64Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (dtype) {
    case 'F64':
      return readF64(view);
    case 'F32':
      return readF32(view);
    default:
      return readShort(view, dtype);
  }
}

/** Rounds once, to the nearest, ties to even. What is too large becomes infinite. */
export function writeFloats(dtype: FloatDtype, values: Float64Array): Uint8Array {
  switch (dtype) {
    case 'F64':
      return writeF64(values);
    case 'F32':
      return writeF32(values);
    default:
      return writeShort(values, dtype);
  }
}

function readF64(view: DataView): Float64Array {
  const values = new Float64Array(view.byteLength / 8);
  for (let i = 0; i < values.length; i += 1) values[i] = view.getFloat64(i * 8, true);
  return values;
}

function readF32(view: DataView): Float64Array {
  const values = new Float64Array(view.byteLength / 4);
  for (let i = 0; i < values.length; i += 1) values[i] = view.getFloat32(i * 4, true);
  return values;
}

function readShort(view: DataView, dtype: ShortDtype): Float64Array {
  const table = tableOf(dtype);
  const values = new Float64Array(view.byteLength / 2);
  for (let i = 0; i < values.length; i += 1) values[i] = table[view.getUint16(i * 2, true)] ?? NaN;
  return values;
}

function writeF64(values: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (let i = 0; i < values.length; i += 1) view.setFloat64(i * 8, values[i] ?? NaN, true);
  return new Uint8Array(view.buffer);
}

function writeF32(values: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (let i = 0; i < values.length; i += 1) view.setFloat32(i * 4, values[i] ?? NaN, true);
  return new Uint8Array(view.buffer);
}

function writeShort(values: Float64Array, dtype: ShortDtype): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  const format = shortFormats[dtype];
  for (let i = 0; i < values.length; i += 1) {
    view.setUint16(i * 2, toShort(values[i] ?? NaN, format), true);
  }
  return new Uint8Array(view.buffer);
}

type ShortDtype = Exclude<FloatDtype, 'F32' | 'F64'>;

/** `fraction`: its bits. `least`: the exponent of the smallest normal number. */
const shortFormats = {
  F16: { fraction: 10, least: -14 },
  BF16: { fraction: 7, least: -126 },
} as const;
type ShortFormat = (typeof shortFormats)[ShortDtype];

const scratch = new DataView(new ArrayBuffer(8));

/** The bits of sign, exponent and fraction, side by side. */
function toShort(value: number, { fraction, least }: ShortFormat): number {
  scratch.setFloat64(0, value);
  const high = scratch.getUint32(0);
  const sign = (high >>> 16) & 0x8000;
  const infinite = 0x8000 - 2 ** fraction;
  if (Number.isNaN(value)) return sign | infinite | (1 << (fraction - 1));
  const exponent = Math.max(((high >>> 20) & 0x7ff) - 1023, least);
  // The whole part has the leading bit of a normal number: it carries into the exponent, as does what is rounded up.
  const steps = roundToEven(Math.abs(value) * powerOfTwo(fraction - exponent));
  return sign | Math.min((exponent - least) * 2 ** fraction + steps, infinite);
}

/** Beyond 2^52 a float64 has no fraction, so the sum is rounded, ties to even. For 0 to 2^52. */
const roundToEven = (value: number): number => value + 2 ** 52 - 2 ** 52;

function powerOfTwo(exponent: number): number {
  scratch.setBigUint64(0, 0n);
  scratch.setUint16(0, Math.max(exponent + 1023, 0) << 4);
  return scratch.getFloat64(0);
}

const tables = new Map<ShortDtype, Float64Array>();

/** The value of each of the 65,536 patterns. */
function tableOf(dtype: ShortDtype): Float64Array {
  const known = tables.get(dtype);
  if (known !== undefined) return known;
  const table = Float64Array.from({ length: 65_536 }, (_, bits) =>
    ofShort(bits, shortFormats[dtype]),
  );
  tables.set(dtype, table);
  return table;
}

function ofShort(bits: number, { fraction, least }: ShortFormat): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const field = (bits & 0x7fff) >>> fraction;
  const steps = bits & (2 ** fraction - 1);
  if (field === 0x7fff >>> fraction) return steps === 0 ? sign * Infinity : NaN;
  const whole = field === 0 ? steps : steps + 2 ** fraction;
  return sign * whole * powerOfTwo(Math.max(field - 1, 0) + least - fraction);
}
