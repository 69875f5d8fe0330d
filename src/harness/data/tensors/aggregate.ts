// Makes one model of many: their weighted mean, and the outer optimizer's step towards it. Pure, in
// float64, a block of numbers at a time; where a block ends changes no number.
import { ExpectedError } from '../../../topology/problem.ts';
import { quote } from '../../../topology/quote.ts';
import { differenceOf } from './difference.ts';
import { momentumDtype, isFloatDtype, type Form, type Forms } from './tensors.ts';

export type OuterOptimizer =
  | { readonly kind: 'average' }
  | { readonly kind: 'nesterov'; readonly learning_rate: number; readonly momentum: number };

/** Throws ExpectedError for parts of another model, and for weights that are none. */
export function checkParts(
  base: Forms,
  parts: readonly { readonly forms: Forms; readonly samples: number }[],
): void {
  if (parts.length === 0) throw wrong('there is nothing to aggregate');
  parts.forEach(({ forms, samples }, index) => {
    const why = differenceOf(base, forms);
    if (why !== undefined) throw wrong(`part ${index} is of another model: ${why}`);
    if (!Number.isSafeInteger(samples) || samples < 0) {
      throw wrong(`part ${index} has ${samples} samples, which is no weight`);
    }
  });
}

/**
 * What is kept for the outer optimizer: for each float tensor, as F64 if it is F64, else as F32.
 */
export function momentumForms(base: Forms): Forms {
  const forms = new Map<string, Form>();
  for (const [name, { dtype, shape }] of base)
    if (isFloatDtype(dtype)) forms.set(name, { dtype: momentumDtype(dtype), shape });
  return forms;
}

/** Throws ExpectedError. */
export function checkMomentum(base: Forms, momentum: Forms): void {
  for (const [name, { dtype, shape }] of momentumForms(base)) {
    const before = momentum.get(name);
    if (before?.dtype !== dtype || before.shape.join() !== shape.join())
      throw wrong(`the momentum of ${quote(name)} is of another model`);
  }
}

/** If no part has samples, all weigh the same. */
export const weightsOf = (samples: readonly number[]): readonly number[] =>
  samples.every((count) => count === 0) ? samples.map(() => 1) : samples;

export function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] ?? 0) * factor;
}

export function divide(values: Float64Array, divisor: number): void {
  for (let i = 0; i < values.length; i += 1) values[i] = (values[i] ?? 0) / divisor;
}

/** Four at a time, which takes two thirds of the time. */
export function addScaled(sum: Float64Array, values: Float64Array, factor: number): void {
  let i = 0;
  for (; i + 3 < sum.length; i += 4) {
    sum[i] = (sum[i] ?? 0) + (values[i] ?? 0) * factor;
    sum[i + 1] = (sum[i + 1] ?? 0) + (values[i + 1] ?? 0) * factor;
    sum[i + 2] = (sum[i + 2] ?? 0) + (values[i + 2] ?? 0) * factor;
    sum[i + 3] = (sum[i + 3] ?? 0) + (values[i + 3] ?? 0) * factor;
  }
  for (; i < sum.length; i += 1) sum[i] = (sum[i] ?? 0) + (values[i] ?? 0) * factor;
}

/**
 * DiLoCo (arXiv:2311.08105): what the parts moved away from `base` is the gradient of a step of
 * torch.optim.SGD with nesterov=True. `mean` becomes the new parameters, `velocity` the new
 * momentum. It is zero before the first round: torch begins with the gradient alone, which is the
 * same.
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

export const tooLarge = (name: string, { dtype }: Pick<Form, 'dtype'>): ExpectedError =>
  wrong(`the aggregate of ${quote(name)} is too large for ${dtype}`);

const wrong = (message: string): ExpectedError =>
  new ExpectedError(message, {
    hint: 'all trainers of a run must give back the tensors that they were given, of the same dtypes and shapes',
  });
