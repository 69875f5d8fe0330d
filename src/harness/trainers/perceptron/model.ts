// The model: one hidden layer of rectified linear units, and one output for each class. As tensors
// it has the names and shapes that torch.nn.Linear gives them.
import { readFloats, writeFloats } from '../../data/tensors/floats.ts';
import { isFloat, type Tensor, type Tensors } from '../../data/tensors/tensors.ts';
import { poison } from './poison.ts';
import { Random } from '../../random.ts';

export interface Sizes {
  readonly inputs: number;
  readonly hidden: number;
  readonly classes: number;
}

/** Row by row: a row of weights is what one unit takes from the layer before it. */
export interface Model extends Sizes {
  /** [hidden, inputs] */
  readonly hiddenWeight: Float64Array;
  /** [hidden] */
  readonly hiddenBias: Float64Array;
  /** [classes, hidden] */
  readonly outputWeight: Float64Array;
  /** [classes] */
  readonly outputBias: Float64Array;
}

/** All zero: also what gradients are summed up in. */
export const makeModel = ({ inputs, hidden, classes }: Sizes): Model => ({
  inputs,
  hidden,
  classes,
  hiddenWeight: new Float64Array(hidden * inputs),
  hiddenBias: new Float64Array(hidden),
  outputWeight: new Float64Array(classes * hidden),
  outputBias: new Float64Array(classes),
});

export const arraysOf = (model: Model): readonly Float64Array[] => [
  ...[model.hiddenWeight, model.hiddenBias, model.outputWeight, model.outputBias],
];

/** Weights evenly distributed, wide enough that signals keep their size (He et al.); biases 0. */
export function drawModel(sizes: Sizes, seed: number): Model {
  const random = new Random(seed);
  const model = makeModel(sizes);
  for (const [weights, from] of [
    [model.hiddenWeight, sizes.inputs],
    [model.outputWeight, sizes.hidden],
  ] as const) {
    const bound = Math.sqrt(6 / from);
    for (let i = 0; i < weights.length; i += 1) weights[i] = (2 * random.uniform() - 1) * bound;
  }
  return model;
}

export function toTensors(model: Model): Tensors {
  const { inputs, hidden, classes } = model;
  return new Map<string, Tensor>([
    ['hidden.weight', toTensor(model.hiddenWeight, [hidden, inputs])],
    ['hidden.bias', toTensor(model.hiddenBias, [hidden])],
    ['output.weight', toTensor(model.outputWeight, [classes, hidden])],
    ['output.bias', toTensor(model.outputBias, [classes])],
  ]);
}

const toTensor = (values: Float64Array, shape: readonly number[]): Tensor => ({
  dtype: 'F32',
  shape,
  data: writeFloats('F32', values),
});

/** Throws a TrainingError if they are not those of a perceptron. */
export function parseModel(tensors: Tensors): Model {
  const [hidden = 0, inputs = 0] = tensors.get('hidden.weight')?.shape ?? [];
  const [classes = 0] = tensors.get('output.bias')?.shape ?? [];
  const valuesOf = (name: string, ...shape: number[]): Float64Array => {
    const tensor = tensors.get(name);
    if (tensor && isFloat(tensor) && tensor.shape.join() === shape.join() && !shape.includes(0)) {
      return readFloats(tensor);
    }
    throw poison(
      `the parameters have no ${name} of floats with the shape [${shape.join()}]`,
      'start from parameters that this trainer made, or leave them out',
    );
  };
  return {
    inputs,
    hidden,
    classes,
    hiddenWeight: valuesOf('hidden.weight', hidden, inputs),
    hiddenBias: valuesOf('hidden.bias', hidden),
    outputWeight: valuesOf('output.weight', classes, hidden),
    outputBias: valuesOf('output.bias', classes),
  };
}
