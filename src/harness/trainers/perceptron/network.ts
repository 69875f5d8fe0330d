// The mathematics of the perceptron: forward, backward, one step. All sums are float64, in one
// fixed order.
import { expOfNegative, logFromOne } from './exact-math.ts';
import type { Images } from './images.ts';
import { arraysOf, makeModel, type Model } from './model.ts';

/** Sums over images. */
export interface Measured {
  readonly loss: number;
  readonly correct: number;
}

/** What one image leads to in each layer; made once, and written over by each image. */
interface Activations {
  readonly pixels: Float64Array;
  readonly hidden: Float64Array;
  /** Probabilities of the classes; going backwards, the gradient of the outputs. */
  readonly outputs: Float64Array;
  readonly hiddenGradient: Float64Array;
}

export class Network {
  readonly model: Model;
  readonly #images: Images;
  readonly #activations: Activations;
  readonly #gradient: Model;
  readonly #velocity: Model;

  /** Trains `model` in its place. */
  constructor(model: Model, images: Images) {
    this.model = model;
    this.#images = images;
    this.#gradient = makeModel(model);
    this.#velocity = makeModel(model);
    this.#activations = {
      pixels: new Float64Array(model.inputs),
      hidden: new Float64Array(model.hidden),
      outputs: new Float64Array(model.classes),
      hiddenGradient: new Float64Array(model.hidden),
    };
  }

  /** Cross-entropy, in nats, and whether the label is the most probable class. */
  measure(index: number): Measured {
    const { pixels, hidden, outputs } = this.#activations;
    const label = this.#images.labels[index] ?? 0;
    readPixels(this.#images, index, pixels);
    forward(this.model.hiddenWeight, this.model.hiddenBias, pixels, hidden);
    rectify(hidden);
    forward(this.model.outputWeight, this.model.outputBias, hidden, outputs);
    const best = indexOfLargest(outputs);
    return { loss: softmax(outputs, label), correct: best === label ? 1 : 0 };
  }

  /** One step of SGD, as torch.optim.SGD has it, along the mean gradient of these images. */
  step(batch: Uint32Array, learningRate: number, momentum: number): Measured {
    const gradients = arraysOf(this.#gradient);
    for (const gradient of gradients) gradient.fill(0);
    let [loss, correct] = [0, 0];
    for (const index of batch) {
      const measured = this.measure(index);
      loss += measured.loss;
      correct += measured.correct;
      this.#backward(this.#images.labels[index] ?? 0);
    }
    const velocities = arraysOf(this.#velocity);
    arraysOf(this.model).forEach((values, part) => {
      const [gradient, velocity] = [gradients[part] ?? values, velocities[part] ?? values];
      descend(values, gradient, velocity, learningRate, momentum, batch.length);
    });
    return { loss, correct };
  }

  /** Adds the gradient of the image that was measured last. */
  #backward(label: number): void {
    const { pixels, hidden, outputs, hiddenGradient } = this.#activations;
    outputs[label] = (outputs[label] ?? 0) - 1;
    addOuter(this.#gradient.outputWeight, this.#gradient.outputBias, outputs, hidden);
    backward(this.model.outputWeight, outputs, hiddenGradient);
    for (let i = 0; i < hidden.length; i += 1) if (hidden[i] === 0) hiddenGradient[i] = 0;
    addOuter(this.#gradient.hiddenWeight, this.#gradient.hiddenBias, hiddenGradient, pixels);
  }
}

function readPixels({ pixels, inputs }: Images, index: number, into: Float64Array): void {
  const start = index * inputs;
  for (let i = 0; i < inputs; i += 1) into[i] = (pixels[start + i] ?? 0) / 255;
}

/** outputs = weight · inputs + bias */
function forward(
  weight: Float64Array,
  bias: Float64Array,
  inputs: Float64Array,
  outputs: Float64Array,
): void {
  for (let row = 0; row < outputs.length; row += 1) {
    const start = row * inputs.length;
    let sum = bias[row] ?? 0;
    for (let i = 0; i < inputs.length; i += 1) sum += (weight[start + i] ?? 0) * (inputs[i] ?? 0);
    outputs[row] = sum;
  }
}

/** inputGradient = weight transposed · gradient */
function backward(weight: Float64Array, gradient: Float64Array, inputGradient: Float64Array): void {
  inputGradient.fill(0);
  for (let row = 0; row < gradient.length; row += 1) {
    const start = row * inputGradient.length;
    const factor = gradient[row] ?? 0;
    for (let i = 0; i < inputGradient.length; i += 1) {
      inputGradient[i] = (inputGradient[i] ?? 0) + (weight[start + i] ?? 0) * factor;
    }
  }
}

/** weight += gradient · inputs transposed, bias += gradient */
function addOuter(
  weight: Float64Array,
  bias: Float64Array,
  gradient: Float64Array,
  inputs: Float64Array,
): void {
  for (let row = 0; row < gradient.length; row += 1) {
    const factor = gradient[row] ?? 0;
    if (factor === 0) continue;
    const start = row * inputs.length;
    bias[row] = (bias[row] ?? 0) + factor;
    for (let i = 0; i < inputs.length; i += 1) {
      weight[start + i] = (weight[start + i] ?? 0) + factor * (inputs[i] ?? 0);
    }
  }
}

function rectify(values: Float64Array): void {
  for (let i = 0; i < values.length; i += 1) values[i] = Math.max(0, values[i] ?? 0);
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}

/** Turns outputs into probabilities, and returns minus the logarithm of the label's. */
function softmax(outputs: Float64Array, label: number): number {
  const largest = outputs[indexOfLargest(outputs)] ?? 0;
  const distance = largest - (outputs[label] ?? 0);
  let sum = 0;
  for (let i = 0; i < outputs.length; i += 1) {
    const power = expOfNegative((outputs[i] ?? 0) - largest);
    outputs[i] = power;
    sum += power;
  }
  for (let i = 0; i < outputs.length; i += 1) outputs[i] = (outputs[i] ?? 0) / sum;
  return logFromOne(sum) + distance;
}

function descend(
  values: Float64Array,
  gradient: Float64Array,
  velocity: Float64Array,
  learningRate: number,
  momentum: number,
  count: number,
): void {
  for (let i = 0; i < values.length; i += 1) {
    const moved = momentum * (velocity[i] ?? 0) + (gradient[i] ?? 0) / count;
    velocity[i] = moved;
    values[i] = (values[i] ?? 0) - learningRate * moved;
  }
}
