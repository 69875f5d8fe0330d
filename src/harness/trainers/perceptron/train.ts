// --trainer perceptron: a small classifier of images, for the first minute and for tests. The same
// task gives the same bytes on every machine: own random numbers, exp and log, and sums in float64
// in a fixed order.
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { LocatedTask } from '../../data/located-task.ts';
import type { Context } from '../context.ts';
import { parseTensors } from '../../data/tensors/parse.ts';
import { renderTensors } from '../../data/tensors/render.ts';
import type { Tensors } from '../../data/tensors/tensors.ts';
import { replaceFile } from '../../../disk/replace-file.ts';
import { ExpectedError } from '../../../topology/problem.ts';
import { parseHyperparameters, type Hyperparameters } from './hyperparameters.ts';
import { checkImages, parseImages, type Images } from './images.ts';
import { drawModel, parseModel, toTensors, type Model } from './model.ts';
import { Network, type Measured } from './network.ts';
import { poison } from './poison.ts';
import { Random } from '../../random.ts';

export interface Trained {
  /** Images of the shard. */
  readonly samples: number;
  /** Means; of a training over its batches, each before its step. */
  readonly metrics?: { readonly loss: number; readonly accuracy: number };
  /** The path of the trained parameters; none of an evaluation. */
  readonly parameters?: string;
}

/** A shard may be missing if nothing is to be trained. Throws TrainingError. */
export async function train(task: LocatedTask, context: Context): Promise<Trained> {
  const hyperparameters = parseHyperparameters(task.hyperparameters ?? {});
  const images = await readShard(task);
  const model = await readModel(task, hyperparameters, images);
  if (images) checkImages(images, model.inputs, model.classes, task.shard?.uri ?? '');
  if (hyperparameters.evaluate) {
    if (images) return measureAll(new Network(model, images), images.count, context);
    throw noShard('to measure on');
  }
  if (hyperparameters.local_steps === 0) {
    return { samples: images?.count ?? 0, parameters: await writeModel(model, context) };
  }
  if (!images) throw noShard('to train on');
  const metrics = await trainSteps(model, images, hyperparameters, task.seed ?? 0, context);
  return { samples: images.count, metrics, parameters: await writeModel(model, context) };
}

async function trainSteps(
  model: Model,
  images: Images,
  { batch_size, local_steps, learning_rate, momentum }: Hyperparameters,
  seed: number,
  context: Context,
) {
  const network = new Network(model, images);
  const nextBatch = batches(images.count, batch_size, new Random(seed));
  const sum = { loss: 0, correct: 0 };
  for (let step = 0; step < local_steps; step += 1) {
    if (step % stepsBetweenLooks === 0) await lookUp(context, step / local_steps);
    add(sum, network.step(nextBatch(), learning_rate, momentum));
  }
  return meansOf(sum, local_steps * batch_size);
}

async function measureAll(network: Network, count: number, context: Context): Promise<Trained> {
  const sum = { loss: 0, correct: 0 };
  for (let index = 0; index < count; index += 1) {
    if (index % imagesBetweenLooks === 0) await lookUp(context, index / count);
    add(sum, network.measure(index));
  }
  return { samples: count, metrics: meansOf(sum, count) };
}

const stepsBetweenLooks = 8;
const imagesBetweenLooks = 256;

/** Lets the thread read its messages: among them may be that the task was taken back. */
async function lookUp({ signal, onProgress }: Context, fraction: number): Promise<void> {
  onProgress({ fraction });
  await setImmediate();
  signal.throwIfAborted();
}

/**
 * All images in a random order, then all in another one; a batch may reach from one into the next.
 */
function batches(count: number, size: number, random: Random): () => Uint32Array {
  let order = random.shuffled(count);
  let place = 0;
  const next = (): number => {
    if (place === count) [order, place] = [random.shuffled(count), 0];
    place += 1;
    return order[place - 1] ?? 0;
  };
  return () => Uint32Array.from({ length: size }, next);
}

function add(sum: { loss: number; correct: number }, { loss, correct }: Measured): void {
  sum.loss += loss;
  sum.correct += correct;
}

function meansOf({ loss, correct }: Measured, count: number) {
  if (Number.isFinite(loss)) return { loss: loss / count, accuracy: correct / count };
  throw poison('the training diverged: its loss is not finite', 'give a smaller learning_rate');
}

async function readShard({ shard }: LocatedTask): Promise<Images | undefined> {
  return shard && parseImages(await readTensors(shard.path, 'the shard'), shard.uri);
}

async function readModel(
  { parameters, seed = 0 }: LocatedTask,
  given: Hyperparameters,
  images: Images | undefined,
): Promise<Model> {
  const { hidden = 64, classes = 10, inputs = images?.inputs } = given;
  if (parameters) {
    const model = parseModel(await readTensors(parameters.path, 'the parameters'));
    for (const name of ['hidden', 'classes', 'inputs'] as const) {
      if (given[name] === undefined || given[name] === model[name]) continue;
      const message = `the parameters are of ${model[name]} ${name}, the hyperparameters say ${given[name]}`;
      throw poison(message, `leave the hyperparameter ${name} out, or start from other parameters`);
    }
    return model;
  }
  if (inputs !== undefined) return drawModel({ inputs, hidden, classes }, seed);
  throw poison(
    'nothing says how many pixels an image has',
    'give a shard, or the hyperparameter inputs',
  );
}

async function readTensors(path: string, what: string): Promise<Tensors> {
  const bytes = await readFile(path);
  try {
    return parseTensors(bytes);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw poison(`${what} can't be read: ${error.message}`, error.hint ?? 'write it again');
  }
}

/** Under its name it is whole. */
async function writeModel(model: Model, context: Context): Promise<string> {
  if (!model.outputWeight.every(Number.isFinite) || !model.hiddenWeight.every(Number.isFinite)) {
    throw poison(
      'the training diverged: parameters are not finite',
      'give a smaller learning_rate',
    );
  }
  const path = context.outputPath('.safetensors');
  // Not synced: the coordinator checks its hash, and trains again what a power cut took.
  await replaceFile(path, renderTensors(toTensors(model)), { sync: false, mode: 0o666 });
  return path;
}

const noShard = (why: string): Error => poison(`the task has no shard ${why}`, 'give it a shard');
