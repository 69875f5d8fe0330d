// One model out of many: the weighted mean, and the outer optimizer's step from the round's first parameters towards it.
import { ExpectedError } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import { differenceOf } from './difference.ts';
import { blockLength, blockOf, isFinite, readFloats, writeFloats } from './floats.ts';
import {
  isFloat,
  lengthOf,
  momentumDtype,
  widthOf,
  type FloatDtype,
  type FloatTensor,
  type Tensor,
  type Tensors,
} from './tensors.ts';

export interface Part {
  readonly tensors: Tensors;
  /** The weight; if it is 0 of all parts, they weigh the same. */
  readonly samples: number;
}

export type OuterOptimizer =
  | { readonly kind: 'average' }
  | { readonly kind: 'nesterov'; readonly learning_rate: number; readonly momentum: number };

export interface Aggregation {
  /** What the parts began with. */
  readonly base: Tensors;
  /** What the round before gave back; none in the first round. */
  readonly momentum?: Tensors | undefined;
  /** At least one. Their order is the order of the sums, and another one gives another last bit. */
  readonly parts: readonly Part[];
  readonly optimizer: OuterOptimizer;
}

export interface Aggregated {
  readonly parameters: Tensors;
  /** Of nesterov only: for each float tensor, as F64 where it is F64, else as F32. */
  readonly momentum?: Tensors;
}

/**
 * Computed in float64, rounded once. Tensors that are no floats, such as counters, are the first part's. Throws ExpectedError
 * for parts of another model, weights that are none, and a value that is too large for its dtype.
 */
export function aggregate({ base, momentum, parts, optimizer }: Aggregation): Aggregated {
  checkParts(base, parts);
  const weights = weightsOf(parts);
  const parameters = new Map<string, Tensor>();
  const newMomentum = new Map<string, Tensor>();
  for (const [name, tensor] of base) {
    const tensors = parts.map((part) => tensorOf(part.tensors, name));
    if (!isFloat(tensor)) {
      parameters.set(name, tensors[0] ?? tensor);
      continue;
    }
    const velocity = optimizer.kind === 'nesterov' ? velocityOf(name, tensor, momentum) : undefined;
    const made = emptyLike(tensor, tensor.dtype);
    aggregateFloats(
      { base: tensor, parts: tensors.filter(isFloat), weights, velocity, made },
      optimizer,
    );
    parameters.set(name, checkFinite(name, made));
    if (velocity !== undefined) newMomentum.set(name, checkFinite(name, velocity));
  }
  return { parameters, ...(optimizer.kind === 'nesterov' && { momentum: newMomentum }) };
}

function checkParts(base: Tensors, parts: readonly Part[]): void {
  if (parts.length === 0) throw wrong('there is nothing to aggregate');
  parts.forEach(({ tensors, samples }, index) => {
    const why = differenceOf(base, tensors);
    if (why !== undefined) throw wrong(`part ${index} is of another model: ${why}`);
    if (!Number.isSafeInteger(samples) || samples < 0) {
      throw wrong(`part ${index} has ${samples} samples, which is no weight`);
    }
  });
}

const weightsOf = (parts: readonly Part[]): number[] =>
  parts.map(({ samples }) => (parts.every((part) => part.samples === 0) ? 1 : samples));

interface Floats {
  readonly base: FloatTensor;
  readonly parts: readonly FloatTensor[];
  readonly weights: readonly number[];
  /** Written over; none where the optimizer has no momentum. */
  readonly velocity: FloatTensor | undefined;
  /** Written. */
  readonly made: FloatTensor;
}

function aggregateFloats(
  { base, parts, weights, velocity, made }: Floats,
  optimizer: OuterOptimizer,
): void {
  const length = lengthOf(base);
  const scratch = (): Float64Array<ArrayBuffer> => new Float64Array(Math.min(length, blockLength));
  const [sum, values, moved] = [scratch(), scratch(), scratch()];
  for (let begin = 0; begin < length; begin += blockLength) {
    const blocks = parts.map((part) => blockOf(part, begin));
    const mean = meanOf(blocks, weights, sum, values);
    if (velocity !== undefined && optimizer.kind === 'nesterov') {
      const block = blockOf(velocity, begin);
      const speed = readFloats(block, moved);
      stepNesterov(readFloats(blockOf(base, begin), values), mean, speed, optimizer);
      writeFloats(block.dtype, speed, block.data);
    }
    writeFloats(made.dtype, mean, blockOf(made, begin).data);
  }
}

/** In `sum`; each part is read into `values`. */
function meanOf(
  [first, ...others]: readonly FloatTensor[],
  weights: readonly number[],
  sum: Float64Array<ArrayBuffer>,
  values: Float64Array<ArrayBuffer>,
): Float64Array {
  if (first === undefined) throw new Error('no parts');
  const mean = readFloats(first, sum);
  scale(mean, weights[0] ?? 0);
  others.forEach((part, index) =>
    addScaled(mean, readFloats(part, values), weights[index + 1] ?? 0),
  );
  divide(
    mean,
    weights.reduce((total, weight) => total + weight, 0),
  );
  return mean;
}

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] ?? 0) * factor;
}

function divide(values: Float64Array, divisor: number): void {
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] ?? 0) / divisor;
}

function addScaled(sum: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] ?? 0) + (values[i] ?? 0) * factor;
}

/**
 * DiLoCo (arXiv:2311.08105): what the parts moved away from `base` is the gradient of a step of torch.optim.SGD with
 * nesterov=True. `mean` becomes the new parameters, `velocity` the new momentum.
 */
export function stepNesterov(
  base: Float64Array,
  mean: Float64Array,
  velocity: Float64Array,
  { learning_rate, momentum }: { learning_rate: number; momentum: number },
): void {
  for (let i = 0; i < base.length; i += 1) {
    const start = base[i] ?? 0;
    const gradient = start - (mean[i] ?? 0);
    const moved = momentum * (velocity[i] ?? 0) + gradient;
    velocity[i] = moved;
    mean[i] = start - learning_rate * (gradient + momentum * moved);
  }
}

/** A copy. Zero before the first round: torch begins with the gradient alone, which is the same. */
function velocityOf(name: string, of: FloatTensor, momentum: Tensors | undefined): FloatTensor {
  const velocity = emptyLike(of, momentumDtype(of.dtype));
  if (momentum === undefined) return velocity;
  const before = momentum.get(name);
  const fits = before?.dtype === velocity.dtype && before.shape.join() === velocity.shape.join();
  if (!fits) throw wrong(`the momentum of ${quote(name)} is of another model`);
  velocity.data.set(before.data);
  return velocity;
}

const emptyLike = (tensor: FloatTensor, dtype: FloatDtype): FloatTensor => ({
  ...{ dtype, shape: tensor.shape, data: new Uint8Array(lengthOf(tensor) * widthOf(dtype)) },
});

function checkFinite(name: string, tensor: FloatTensor): FloatTensor {
  if (isFinite(tensor)) return tensor;
  throw wrong(`the aggregate of ${quote(name)} is too large for ${tensor.dtype}`);
}

function tensorOf(tensors: Tensors, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw wrong(`the tensor ${quote(name)} is missing`);
  return tensor;
}

const wrong = (message: string): ExpectedError =>
  new ExpectedError(message, {
    hint: 'all trainers of a run must give back the tensors that they were given, of the same dtypes and shapes',
  });
