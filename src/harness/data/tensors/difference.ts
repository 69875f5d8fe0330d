// Tells whether tensors belong to one model and can be aggregated.
import { quote } from '../../../topology/quote.ts';
import type { Form, Forms } from './tensors.ts';

/** Why `forms` can't be aggregated with `base`, whatever their numbers are; undefined: they can. */
export function differenceOf(base: Forms, forms: Forms): string | undefined {
  for (const [name, wanted] of base) {
    const form = forms.get(name);
    if (form === undefined) return `the tensor ${quote(name)} is missing`;
    const why = differenceBetween(wanted, form);
    if (why !== undefined) return `the tensor ${quote(name)} ${why}`;
  }
  for (const name of forms.keys()) {
    if (!base.has(name)) return `the model has no tensor ${quote(name)}`;
  }
  return undefined;
}

function differenceBetween(base: Form, form: Form): string | undefined {
  if (form.dtype !== base.dtype) return `is ${form.dtype}, not ${base.dtype}`;
  const [shape, wanted] = [renderShape(form), renderShape(base)];
  if (shape !== wanted) return `has the shape ${shape}, not ${wanted}`;
  return undefined;
}

const renderShape = ({ shape }: Form): string => `[${shape.join(', ')}]`;
