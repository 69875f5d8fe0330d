// Which live objects an export holds.
import { endsOf } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { matchesGlob } from '../topology/glob.ts';
import { addressOf, homeOf, oddNames } from '../topology/identity.ts';
import type { Live, LiveBinding, LiveObject } from '../topology/live.ts';
import { isBinding, isBindingEnd, isQueue } from '../topology/object.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { isManaged } from '../topology/scope.ts';
import { isPredefinedExchange } from '../topology/system.ts';
import { findLitter, warnOfLitter } from './litter.ts';
import { warnOfOddExported, warnOfOddVhosts } from './odd.ts';
import { isOwned } from './owned.ts';

export interface Selected {
  readonly objects: LiveObject[];
  /** What of it can't be said in a file, or not as the broker holds it. */
  readonly warnings: Problem[];
}

/** Everything but the broker's own; with a pattern, what matches it and the bindings that go with that. */
export function selectLive(live: Live, match?: string): Selected {
  const { objects, warnings } = asDeclared(choose(live, match));
  return {
    objects,
    warnings: [...warnOfOddVhosts(live), ...warnOfLitter(findLitter(live)), ...warnings],
  };
}

/** What belongs into this one of the files: what they declare or own, and with a pattern what matches it besides. */
export function selectOwned(desired: Desired, live: Live, file: string, match?: string): Selected {
  const matching = new Set(match === undefined ? [] : choose(live, match));
  const owned = choose(live).filter((object) => {
    const address = addressOf(object);
    const declared = desired.objects.get(address);
    if (declared !== undefined) return declared.at.file === file;
    const home = homeFile(object, desired);
    if (home !== undefined) {
      return home === file && (matching.has(object) || isOwned(address, object, desired, live));
    }
    return matching.has(object);
  });
  return asDeclared(owned);
}

/** The file that declares or owns it or, of a binding, what it goes with; of several that own it, the first. */
function homeFile(object: LiveObject, { objects, files }: Desired): string | undefined {
  const { address, kind, name } = homeOf(object);
  const declared = objects.get(isBinding(object) ? address : addressOf(object));
  if (declared !== undefined) return declared.at.file;
  const home = { kind, vhost: object.vhost, name };
  return [...files].find(([, { scope }]) => scope && isManaged([scope], home))?.[0];
}

function choose(live: Live, match = '*'): LiveObject[] {
  return [...live.objects.values()].filter((object) => {
    const isLeftOut = isBinding(object)
      ? isBoundToSystem(object, live)
      : isBindingEnd(object) && object.system;
    return !isLeftOut && matchesGlob(match, homeOf(object).name);
  });
}

/** The bindings of what matches that go with something else. */
export function countBindingsElsewhere(live: Live, match: string): number {
  return choose(live).filter(
    (object) =>
      isBinding(object) &&
      matchesGlob(match, object.source) &&
      !matchesGlob(match, homeOf(object).name),
  ).length;
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
  if (declared.some((object) => isBindingEnd(object) && matchesGlob(match, object.name))) return;
  const where = desired === undefined ? 'live' : 'declared or live';
  const message = `--match ${match} matches nothing that is ${where}`;
  const hint = 'it takes names, and patterns of them such as orders.*';
  throw new InvalidInput([{ code: 'no-such-match', message, hint }]);
}

/** A binding at amq.direct and its kin is the user's; one to an exclusive queue is not. */
function isBoundToSystem(binding: LiveBinding, live: Live): boolean {
  if (binding.odd !== undefined) return false;
  const destination = live.objects.get(endsOf(binding).destination);
  if (destination === undefined) return true;
  if (!isBindingEnd(destination) || !destination.system) return false;
  return isQueue(destination) || !isPredefinedExchange(destination.name);
}
