// Checks that nothing overflows in a round that a model becomes a part of, whatever the other parts.
import { quote } from '../../topology/quote.ts';
import { stepNesterov, type OuterOptimizer } from './aggregate.ts';
import { blockLength, blockOf, readFloats } from './floats.ts';
import {
  isFloat,
  lengthOf,
  momentumDtype,
  type FloatDtype,
  type FloatTensor,
  type Tensor,
  type Tensors,
} from './tensors.ts';

export interface RoundStart {
  /** What the parts began with. */
  readonly base: Tensors;
  /** What the round before gave back; none in the first round. */
  readonly momentum: Tensors | undefined;
  readonly optimizer: OuterOptimizer;
  /** The most parts that a round has. */
  readonly parts: number;
}

/**
 * Says why a part can't be aggregated; undefined: it can. `tensors` are finite, and of the model of
 * `base`. A step of the outer optimizer is linear in the mean, and a mean lies between its parts: if
 * each part alone stays in range, so do all of them together.
 */
export function overflowOf(
  tensors: Tensors,
  weight: number,
  start: RoundStart,
): string | undefined {
  for (const [name, tensor] of tensors) {
    if (isFloat(tensor) && !isInRange(name, tensor, weight, start))
      return `the tensor ${quote(name)} has a value that is too large to be aggregated`;
  }
  return undefined;
}

function isInRange(
  name: string,
  tensor: FloatTensor,
  weight: number,
  { base, momentum, optimizer, parts }: RoundStart,
): boolean {
  const length = lengthOf(tensor);
  const scratch = (): Float64Array<ArrayBuffer> => new Float64Array(Math.min(length, blockLength));
  const [values, starts, speeds] = [scratch(), scratch(), scratch()];
  const mostOfMean = largestF64 / (Math.max(weight, 1) * parts);
  const isF64 = tensor.dtype === 'F64';
  if (optimizer.kind === 'average' && !isF64) return true;
  for (let begin = 0; begin < length; begin += blockLength) {
    const block = readFloats(blockOf(tensor, begin), values);
    if (isF64 && !areWithin(block, mostOfMean)) return false;
    if (optimizer.kind === 'average') continue;
    const speed = readBlock(momentum?.get(name), begin, speeds, block.length);
    stepNesterov(readBlock(base.get(name), begin, starts, block.length), block, speed, optimizer);
    if (!areWithin(block, largestOf(tensor.dtype))) return false;
    if (!areWithin(speed, largestOf(momentumDtype(tensor.dtype)))) return false;
  }
  return true;
}

/** Zero where there is none. */
function readBlock(
  tensor: Tensor | undefined,
  begin: number,
  into: Float64Array<ArrayBuffer>,
  length: number,
): Float64Array<ArrayBuffer> {
  if (tensor !== undefined && isFloat(tensor)) return readFloats(blockOf(tensor, begin), into);
  return into.subarray(0, length).fill(0);
}

/** NaN is not. */
function areWithin(values: Float64Array, most: number): boolean {
  let i = 0;
  while (i < values.length && Math.abs(values[i] ?? NaN) <= most) i += 1;
  return i === values.length;
}

/** Far enough from the largest of all that sums of a few such values are finite. */
const largestF64 = Number.MAX_VALUE / 16;
const largest = { F16: 65_504, BF16: (2 - 2 ** -7) * 2 ** 127, F32: (2 - 2 ** -23) * 2 ** 127 };

/** A little above the largest value, which rounds down to it: leaves room for errors of sums. */
const largestOf = (dtype: FloatDtype): number =>
  dtype === 'F64' ? largestF64 : largest[dtype] * (1 + 2 ** -27);
