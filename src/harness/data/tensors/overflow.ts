// Checks that a model can't make its round overflow, whatever the other results are.
import { stepNesterov, type OuterOptimizer } from './aggregate.ts';
import { momentumDtype, type FloatDtype } from './tensors.ts';

/** What a part is to be aggregated with. */
export interface Reach {
  readonly optimizer: OuterOptimizer;
  /** Of the part. */
  readonly weight: number;
  /** The most parts that a round has. */
  readonly parts: number;
}

/** A block of numbers of one tensor, finite; written over. */
export interface Block {
  readonly dtype: FloatDtype;
  readonly values: Float64Array;
  /** What the round began with. */
  readonly starts: Float64Array;
  /** Zero if the optimizer has no momentum, or has none yet. */
  readonly speeds: Float64Array;
}

/**
 * Says whether a block can be aggregated. A step of the outer optimizer is linear in the mean, and
 * a mean lies between its parts: if each part alone stays in range, so do all of them together.
 */
export function isInRange(
  { dtype, values, starts, speeds }: Block,
  { optimizer, weight, parts }: Reach,
): boolean {
  const mostOfMean = largestF64 / (Math.max(weight, 1) * parts);
  if (dtype === 'F64' && !areWithin(values, mostOfMean)) return false;
  if (optimizer.kind === 'average') return true;
  stepNesterov(starts, values, speeds, optimizer);
  return areWithin(values, largestOf(dtype)) && areWithin(speeds, largestOf(momentumDtype(dtype)));
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
