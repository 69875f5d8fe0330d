// Lists the objects that the files of --was owned and that have no owner now, for every format.
import type { Plan } from '../reconcile/step.ts';
import { count, plural } from '../topology/count.ts';
import { allKinds } from '../topology/kinds/kinds.ts';

export interface DisownedNote {
  readonly heading: string;
  /** Addresses, unescaped; without bindings that would be deleted with another object. */
  readonly addresses: readonly string[];
  /** Such as `… and 3 more`; empty if all are named. */
  readonly more: string;
  readonly hint: string;
}

/** More than people read; JSON has all. */
const mostNamed = 100;

/** Returns undefined without --was. */
export function disownedNote({ disowned: all }: Plan): DisownedNote | undefined {
  if (all === undefined) return undefined;
  if (all.length === 0) {
    const heading = 'no object of the files of --was is left without an owner';
    return { heading, addresses: [], more: '', hint: '' };
  }
  const own = all.filter(({ because }) => because === undefined);
  const kinds = allKinds
    .map((kind) => ({ kind, size: all.filter(({ object }) => object === kind).length }))
    .filter(({ size }) => size > 0)
    .map(({ kind, size }) => plural(size, kind));
  const rest = own.length - mostNamed;
  return {
    heading: `owned by the files of --was, and now without an owner: ${kinds.join(', ')}`,
    addresses: own.slice(0, mostNamed).map(({ address }) => address),
    more: rest > 0 ? `… and ${count(rest)} more (--format json has all)` : '',
    hint: 'they stay: to delete them, keep a manage block that matches them until they are gone',
  };
}
