// A shard: images and their labels, as safetensors.
import { quote } from '../../../topology/quote.ts';
import type { Tensor, Tensors } from '../../data/tensors/tensors.ts';
import { poison } from './poison.ts';

export interface Images {
  readonly count: number;
  /** Of one image. */
  readonly inputs: number;
  /** [count, inputs], 0 to 255. */
  readonly pixels: Uint8Array;
  /** [count], each below the number of classes. */
  readonly labels: Uint8Array;
}

/** Throws a TrainingError if it is no such shard. */
export function parseImages(tensors: Tensors, uri: string): Images {
  const images = bytesOf(tensors, 'images', uri);
  const labels = bytesOf(tensors, 'labels', uri);
  const [count = 0, ...size] = images.shape;
  const inputs = size.reduce((pixels, length) => pixels * length, 1);
  if (count === 0 || inputs === 0 || labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw noShard(uri, `has images [${images.shape.join()}] and labels [${labels.shape.join()}]`);
  }
  return { count, inputs, pixels: images.data, labels: labels.data };
}

/** Throws a TrainingError if the images are not the model's. */
export function checkImages(images: Images, inputs: number, classes: number, uri: string): void {
  if (images.inputs !== inputs) {
    throw noShard(uri, `has images of ${images.inputs} pixels, and the model takes ${inputs}`);
  }
  const wrong = images.labels.find((label) => label >= classes);
  if (wrong !== undefined) {
    throw noShard(uri, `has a label ${wrong}, and the model tells ${classes} classes apart`);
  }
}

function bytesOf(tensors: Tensors, name: string, uri: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor?.dtype === 'U8') return tensor;
  throw noShard(uri, `has ${tensor ? `${tensor.dtype} for` : 'no'} ${name}`);
}

const noShard = (uri: string, why: string): Error =>
  poison(
    `the shard ${quote(uri)} ${why}`,
    'a shard is safetensors with images U8 [n, height, width] and labels U8 [n], n at least 1',
  );
