// Which live objects an export holds.
import { addressOf, endsOf } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { matchesGlob } from '../topology/glob.ts';
import type { Live, LiveBinding, LiveObject } from '../topology/live.ts';
import { oddNames } from '../topology/odd.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { isOwned } from './diff.ts';
import { findLitter, warnOfLitter } from './litter.ts';
import { warnOfOddExported, warnOfOddVhosts } from './odd.ts';

export interface Selected {
  readonly objects: LiveObject[];
  /** What of it can't be said in a file, or not as the broker holds it. */
  readonly warnings: Problem[];
}

/** Everything but the broker's own; with a pattern, what matches it and the bindings at it. */
export function selectLive(live: Live, match?: string): Selected {
  const { objects, warnings } = asDeclared(choose(live, match));
  return {
    objects,
    warnings: [...warnOfOddVhosts(live), ...warnOfLitter(findLitter(live)), ...warnings],
  };
}

/** What files declare or own, and with a pattern what matches it besides. */
export function selectOwned(desired: Desired, live: Live, match?: string): Selected {
  const matching = new Set(match === undefined ? [] : choose(live, match));
  const owned = choose(live).filter(
    (object) => matching.has(object) || isOwned(addressOf(object), object, desired, live),
  );
  return asDeclared(owned);
}

function choose(live: Live, match = '*'): LiveObject[] {
  return [...live.objects.values()].filter((object) => {
    if (object.kind !== 'binding') return !object.system && matchesGlob(match, object.name);
    const isMatch = [object.source, object.destination].some((name) => matchesGlob(match, name));
    return isMatch && !isBoundToSystem(object, live);
  });
}

/** Without what a file can't name; where it can, with what RabbitMQ takes odd values for. */
function asDeclared(chosen: readonly LiveObject[]): Selected {
  const objects = chosen.flatMap((object): LiveObject[] => {
    if (object.odd === undefined) return [object];
    return oddNames(object).length > 0 ? [] : [{ ...object, odd: undefined }];
  });
  return { objects, warnings: warnOfOddExported(chosen) };
}

/** A pattern that matches nothing is a mistake, and no success. Throws InvalidInput. */
export function assertMatch(match: string | undefined, live: Live, desired?: Desired): void {
  if (match === undefined || choose(live, match).length > 0) return;
  const declared = [...(desired?.objects.values() ?? [])].map(({ object }) => object);
  if (declared.some((object) => object.kind !== 'binding' && matchesGlob(match, object.name)))
    return;
  const where = desired === undefined ? 'live' : 'declared or live';
  const message = `--match ${match} matches nothing that is ${where}`;
  const hint = 'it takes names, and patterns of them such as orders.*';
  throw new InvalidInput([{ code: 'no-such-match', message, hint }]);
}

/** A binding of amq.direct and its kin is the user's; one to an exclusive queue is not. */
function isBoundToSystem(binding: LiveBinding, live: Live): boolean {
  if (binding.odd !== undefined) return false;
  const destination = live.objects.get(endsOf(binding).destination);
  return destination === undefined || (destination.kind !== 'binding' && destination.system);
}
