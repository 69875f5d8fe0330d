// Chooses the objects of one broker: a topology file is about one.
import { quote } from '../topology/quote.ts';
import { Misshapen } from './shape.ts';

interface Choice {
  readonly broker: string | undefined;
  /** What tells brokers apart, such as `cluster`. */
  readonly what: string;
}

/** Throws Misshapen if there are several and none is chosen, or there is none of this name. */
export function chooseBroker<T>(
  objects: readonly T[],
  brokerOf: (object: T) => string,
  { broker, what }: Choice,
): readonly T[] {
  const found = [...new Set(objects.map(brokerOf))].sort();
  const names = found.map(quote).join(', ');
  if (broker !== undefined && !found.includes(broker))
    throw new Misshapen(`there is no ${what} ${quote(broker)}`, `there is ${names || 'none'}`);
  const [first] = found;
  if (broker === undefined && found.length > 1)
    throw new Misshapen(
      `the objects belong to more than one ${what}: ${names}`,
      `import each into a file of its own: --broker ${first ?? ''}`,
    );
  return broker === undefined ? objects : objects.filter((object) => brokerOf(object) === broker);
}
