// The mean of a round as it is defined, of whole models in memory and number by number. What is
// made of files in chunks must be the same, bit for bit.
import type { OuterOptimizer } from '../../../../src/harness/data/tensors/aggregate.ts';
import { readFloats, writeFloats } from '../../../../src/harness/data/tensors/floats.ts';
import {
  isFloat,
  momentumDtype,
  type FloatTensor,
  type Tensor,
  type Tensors,
} from '../../../../src/harness/data/tensors/tensors.ts';

export interface Part {
  readonly tensors: Tensors;
  readonly samples: number;
}

export interface Aggregation {
  readonly base: Tensors;
  readonly momentum?: Tensors | undefined;
  readonly parts: readonly Part[];
  readonly optimizer: OuterOptimizer;
}

export interface Aggregated {
  readonly parameters: Tensors;
  readonly momentum?: Tensors;
}

export function aggregate({ base, momentum, parts, optimizer }: Aggregation): Aggregated {
  const isWeighted = parts.some(({ samples }) => samples > 0);
  const weights = parts.map(({ samples }) => (isWeighted ? samples : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const parameters = new Map<string, Tensor>();
  const velocities = new Map<string, Tensor>();
  for (const [name, tensor] of base) {
    const tensors = parts.map((part) => part.tensors.get(name) ?? tensor);
    if (!isFloat(tensor)) {
      parameters.set(name, tensors[0] ?? tensor);
      continue;
    }
    const starts = readFloats(tensor);
    const all = tensors.filter(isFloat).map((one) => readFloats(one));
    const means = starts.map((_, i) => meanOf(all, weights, i) / total);
    if (optimizer.kind === 'nesterov') {
      const before = momentum?.get(name);
      const speeds = before && isFloat(before) ? readFloats(before) : starts.map(() => 0);
      for (const [i, start] of starts.entries()) {
        const gradient = start - (means[i] ?? NaN);
        const moved = optimizer.momentum * (speeds[i] ?? NaN) + gradient;
        speeds[i] = moved;
        means[i] = start - optimizer.learning_rate * (gradient + optimizer.momentum * moved);
      }
      velocities.set(name, tensorOf(tensor, momentumDtype(tensor.dtype), speeds));
    }
    parameters.set(name, tensorOf(tensor, tensor.dtype, means));
  }
  return { parameters, ...(optimizer.kind === 'nesterov' && { momentum: velocities }) };
}

function meanOf(all: readonly Float64Array[], weights: readonly number[], i: number): number {
  let sum = (all[0]?.[i] ?? NaN) * (weights[0] ?? NaN);
  for (let part = 1; part < all.length; part++)
    sum += (all[part]?.[i] ?? NaN) * (weights[part] ?? NaN);
  return sum;
}

const tensorOf = (
  { shape }: FloatTensor,
  dtype: FloatTensor['dtype'],
  values: Float64Array,
): FloatTensor => ({ dtype, shape, data: writeFloats(dtype, values) });
