// One model out of many: the weighted mean, and the outer optimizer's step from the round's first parameters towards it.
import { ExpectedError } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import { differenceOf, isFinite } from './difference.ts';
import { readFloats, writeFloats } from './floats.ts';
import {
  isFloat,
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
    const mean = meanOf(tensors.filter(isFloat), weights);
    if (optimizer.kind === 'nesterov') {
      const velocity = velocityOf(name, tensor, momentum);
      stepNesterov(readFloats(tensor), mean, velocity, optimizer);
      newMomentum.set(name, round(name, velocityDtype(tensor), tensor.shape, velocity));
    }
    parameters.set(name, round(name, tensor.dtype, tensor.shape, mean));
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

function meanOf(tensors: readonly FloatTensor[], weights: readonly number[]): Float64Array {
  const [first = new Float64Array(), ...others] = tensors.map(readFloats);
  const sum = first;
  scale(sum, weights[0] ?? 0);
  others.forEach((values, index) => addScaled(sum, values, weights[index + 1] ?? 0));
  divide(
    sum,
    weights.reduce((total, weight) => total + weight, 0),
  );
  return sum;
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
function stepNesterov(
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

/** Zero before the first round: torch begins with the gradient alone, which is the same. */
function velocityOf(name: string, of: FloatTensor, momentum: Tensors | undefined): Float64Array {
  if (momentum === undefined) return new Float64Array(readFloats(of).length);
  const velocity = momentum.get(name);
  const wanted = { ...of, dtype: velocityDtype(of) };
  const fits = velocity?.dtype === wanted.dtype && velocity.shape.join() === wanted.shape.join();
  if (!fits || !isFloat(velocity))
    throw wrong(`the momentum of ${quote(name)} is of another model`);
  return readFloats(velocity);
}

const velocityDtype = ({ dtype }: FloatTensor): FloatDtype => (dtype === 'F64' ? 'F64' : 'F32');

function round(
  name: string,
  dtype: FloatDtype,
  shape: readonly number[],
  values: Float64Array,
): Tensor {
  const tensor: FloatTensor = { dtype, shape, data: writeFloats(dtype, values) };
  if (isFinite(readFloats(tensor))) return tensor;
  throw wrong(`the aggregate of ${quote(name)} is too large for ${dtype}`);
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
