// What a safetensors file holds: arrays of numbers by name, as bytes.

/** Bytes of one element. */
const widths = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  U8: 1,
  I8: 1,
  BOOL: 1,
} as const;

export type Dtype = keyof typeof widths;
export type FloatDtype = 'F16' | 'BF16' | 'F32' | 'F64';

/** What a tensor is, without its numbers. */
export interface Form {
  readonly dtype: Dtype;
  /** Empty for a single number. */
  readonly shape: readonly number[];
}
export type Forms = ReadonlyMap<string, Form>;

export interface Tensor extends Form {
  /**
   * Little-endian, the last dimension's elements side by side. Perhaps a view into a whole file, at
   * any offset.
   */
  readonly data: Uint8Array;
}
export interface FloatTensor extends Tensor {
  readonly dtype: FloatDtype;
}

/** Bytes of a header, as in the safetensors library. */
export const longestHeader = 100_000_000;

export type Tensors = ReadonlyMap<string, Tensor>;

export const isDtype = (name: unknown): name is Dtype =>
  typeof name === 'string' && Object.hasOwn(widths, name);

export const isFloat = (tensor: Tensor): tensor is FloatTensor => isFloatDtype(tensor.dtype);

export const isFloatDtype = (dtype: Dtype): dtype is FloatDtype => dtype.includes('F');

/** Of the momentum that is kept for such a tensor. */
export const momentumDtype = (dtype: FloatDtype): FloatDtype => (dtype === 'F64' ? 'F64' : 'F32');

export const widthOf = (dtype: Dtype): number => widths[dtype];

/** Elements of a tensor that was read or made. */
export const lengthOf = ({ dtype, data }: Tensor): number => data.length / widths[dtype];

/** Bytes of `data`; beyond Number.MAX_SAFE_INTEGER where no file could hold it. */
export const sizeOf = (dtype: Dtype, shape: readonly number[]): number =>
  shape.includes(0) ? 0 : shape.reduce((size, length) => size * length, widths[dtype]);
