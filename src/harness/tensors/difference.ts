// Whether tensors are of one model, and can be aggregated.
import { quote } from '../../topology/quote.ts';
import { isFinite } from './floats.ts';
import { isFloat, type Tensor, type Tensors } from './tensors.ts';

/** Why `tensors` can't be aggregated with `base`; undefined: they can. */
export function differenceOf(base: Tensors, tensors: Tensors): string | undefined {
  for (const [name, wanted] of base) {
    const tensor = tensors.get(name);
    if (tensor === undefined) return `the tensor ${quote(name)} is missing`;
    const why = differenceBetween(wanted, tensor);
    if (why !== undefined) return `the tensor ${quote(name)} ${why}`;
  }
  for (const name of tensors.keys()) {
    if (!base.has(name)) return `the model has no tensor ${quote(name)}`;
  }
  return undefined;
}

function differenceBetween(base: Tensor, tensor: Tensor): string | undefined {
  if (tensor.dtype !== base.dtype) return `is ${tensor.dtype}, not ${base.dtype}`;
  const [shape, wanted] = [renderShape(tensor), renderShape(base)];
  if (shape !== wanted) return `has the shape ${shape}, not ${wanted}`;
  if (isFloat(tensor) && !isFinite(tensor)) return 'has a value that is not finite';
  return undefined;
}

const renderShape = ({ shape }: Tensor): string => `[${shape.join(', ')}]`;
