// Reads floats of each dtype as float64, and writes them back: at any offset, on machines of any
// byte order.
import { lengthOf, widthOf, type FloatDtype, type FloatTensor } from './tensors.ts';

/** Elements. What is computed block by block makes no float64 copy of a whole model. */
export const blockLength = 8_192;

/**
 * Exact: float64 holds every value of the others. `into` has room for them, and the values lie at
 * its begin.
 */
export function readFloats(
  tensor: FloatTensor,
  into: Float64Array<ArrayBuffer> = new Float64Array(lengthOf(tensor)),
): Float64Array<ArrayBuffer> {
  const { dtype, data } = tensor;
  const values = into.subarray(0, lengthOf(tensor));
  const native = nativeOf(dtype, data);
  if (native !== undefined) {
    values.set(native);
    return values;
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  switch (dtype) {
    case 'F64':
      readF64(view, values);
      break;
    case 'F32':
      readF32(view, values);
      break;
    default:
      readShort(view, values, dtype);
  }
  return values;
}

/**
 * Rounds once, to the nearest, ties to even. What is too large becomes infinite. `into` has room
 * for as many.
 */
export function writeFloats(
  dtype: FloatDtype,
  values: Float64Array,
  into: Uint8Array = new Uint8Array(values.length * widthOf(dtype)),
): Uint8Array {
  const native = nativeOf(dtype, into);
  if (native !== undefined) {
    native.set(values);
    return into;
  }
  const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
  switch (dtype) {
    case 'F64':
      writeF64(view, values);
      break;
    case 'F32':
      writeF32(view, values);
      break;
    default:
      writeShort(view, values, dtype);
  }
  return into;
}

/**
 * Four at a time takes half as long as one after the other. What is finite times 0 is 0, and all
 * else is NaN.
 */
export function areFinite(values: Float64Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < values.length; i += 4) {
    a += (values[i] ?? 0) * 0;
    b += (values[i + 1] ?? 0) * 0;
    c += (values[i + 2] ?? 0) * 0;
    d += (values[i + 3] ?? 0) * 0;
  }
  for (; i < values.length; i += 1) a += (values[i] ?? 0) * 0;
  return a + b + c + d === 0;
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The same bytes as an array of the machine's own numbers, where they lie so that it can have them:
 * copied at once, several times as fast.
 */
function nativeOf(dtype: FloatDtype, data: Uint8Array): Float32Array | Float64Array | undefined {
  const { buffer, byteOffset, byteLength } = data;
  if (!isLittleEndian || byteOffset % widthOf(dtype) !== 0) return undefined;
  if (dtype === 'F32') return new Float32Array(buffer, byteOffset, byteLength / 4);
  return dtype === 'F64' ? new Float64Array(buffer, byteOffset, byteLength / 8) : undefined;
}

function readF64(view: DataView, values: Float64Array): void {
  for (let i = 0; i < values.length; i += 1) values[i] = view.getFloat64(i * 8, true);
}

function readF32(view: DataView, values: Float64Array): void {
  for (let i = 0; i < values.length; i += 1) values[i] = view.getFloat32(i * 4, true);
}

function readShort(view: DataView, values: Float64Array, dtype: ShortDtype): void {
  const table = tableOf(dtype);
  for (let i = 0; i < values.length; i += 1) values[i] = table[view.getUint16(i * 2, true)] ?? NaN;
}

function writeF64(view: DataView, values: Float64Array): void {
  for (let i = 0; i < values.length; i += 1) view.setFloat64(i * 8, values[i] ?? NaN, true);
}

function writeF32(view: DataView, values: Float64Array): void {
  for (let i = 0; i < values.length; i += 1) view.setFloat32(i * 4, values[i] ?? NaN, true);
}

function writeShort(view: DataView, values: Float64Array, dtype: ShortDtype): void {
  const format = shortFormats[dtype];
  for (let i = 0; i < values.length; i += 1) {
    view.setUint16(i * 2, toShort(values[i] ?? NaN, format), true);
  }
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
  // The whole part has the leading bit of a normal number: it carries into the exponent, as does
  // what is rounded up.
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
