// The variables of a for_each that the keys of instances suggest.
import type { Scalar } from '../file/scalar.ts';
import type { Instance } from './entry.ts';
import type { Row } from './template.ts';

/** A range or a list for each variable, or a list of rows. */
export type ForEach = ReadonlyMap<string, Scalar | readonly Scalar[]> | readonly Row[];

export interface Product {
  readonly forEach: ReadonlyMap<string, Scalar | readonly Scalar[]>;
  /** The variables of each instance. */
  readonly rows: readonly Row[];
}

type Keys = Instance['keys'];

/** Each is all combinations of its variables. Numbers count from the key, or from one more. */
export function* productsOf(instances: readonly Keys[]): Generator<Product> {
  const names = [...(instances[0]?.keys() ?? [])].filter((name) => differs(name, instances));
  const sizes = names.map((name) => new Set(instances.map((keys) => keys.get(name))).size);
  const isWhole = sizes.reduce((product, size) => product * size, 1) === instances.length;
  if (names.length === 0 || !isWhole) return;
  for (const offsets of offsetsOf(names, instances)) {
    const variables = names.map((name, index) =>
      variableOf(name, instances, offsets[index] ?? 0, names),
    );
    const rows = instances.map(
      (_, index) => new Map(variables.map(({ name, values }) => [name, values[index] ?? null])),
    );
    yield { forEach: new Map(variables.map(({ name, all }) => [name, all])), rows };
  }
}

const differs = (name: string, instances: readonly Keys[]): boolean =>
  new Set(instances.map((keys) => keys.get(name))).size > 1;

/** People count from 0 or from 1; keys that are text stay what they are. */
function offsetsOf(names: readonly string[], instances: readonly Keys[]): number[][] {
  return names.reduce<number[][]>(
    (all, name) => {
      const choices = isCounted(name, instances) ? [1, 0] : [0];
      return all.flatMap((some) => choices.map((offset) => [...some, offset]));
    },
    [[]],
  );
}

function isCounted(name: string, instances: readonly Keys[]): boolean {
  return instances.every((keys) => typeof keys.get(name) === 'number');
}

interface Variable {
  readonly name: string;
  /** As for_each has it. */
  readonly all: Scalar | readonly Scalar[];
  /** By instance. */
  readonly values: readonly Scalar[];
}

function variableOf(
  name: string,
  instances: readonly Keys[],
  offset: number,
  names: readonly string[],
): Variable {
  const keys = instances.map((each) => each.get(name) ?? '');
  const numbers = keys.filter((key) => typeof key === 'number').map((key) => key + offset);
  const isCount = numbers.length === keys.length;
  const values: readonly Scalar[] = isCount ? numbers : keys;
  const all = isCount ? rangeOf(numbers) : [...new Set(keys)];
  return { name: nameOf(name, isCount ? 'i' : 'key', names), all, values };
}

/** A range if there are no gaps. */
function rangeOf(numbers: readonly number[]): Scalar | readonly Scalar[] {
  const all = [...new Set(numbers)].sort((a, b) => a - b);
  const [first = 0] = all;
  const last = all.at(-1) ?? 0;
  return last - first === all.length - 1 ? `${first}..${last}` : all;
}

/** Instances of a resource have no name for their key; those of a module have the module's. */
function nameOf(name: string, byDefault: string, names: readonly string[]): string {
  const own = name === '' ? byDefault : name.replaceAll(/[^\w-]/g, '_');
  return name === '' && names.includes(own) ? `${own}_` : own;
}
