// Selects the live objects to export.
import { endsOf } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { matchesGlob } from '../topology/glob.ts';
import { addressOf, homeOf, oddNames } from '../topology/identity.ts';
import { kindOf } from '../topology/kinds/kinds.ts';
import type { Live, LiveBinding, LiveObject } from '../topology/live.ts';
import { isBinding, isBindingEnd, isQueue } from '../topology/object.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { isOwnName } from '../topology/own.ts';
import { isManaged } from '../topology/scope.ts';
import { isPredefinedExchange } from '../topology/system.ts';
import { findLitter, warnOfLitter } from './litter.ts';
import { warnOfOddExported, warnOfOddVhosts } from './odd.ts';
import { isOwned } from './owned.ts';

export interface Selected {
  readonly objects: LiveObject[];
  /** What a file can't express, or not as the broker has it. */
  readonly warnings: Problem[];
}

/**
 * Selects everything except the broker's own objects; with a pattern, only the matches and their
 * bindings.
 */
export function selectLive(live: Live, match?: string, { withHashes = false } = {}): Selected {
  const { objects, warnings } = asDeclared(choose(live, match));
  return {
    objects: withHashes ? objects : objects.map(withoutHash),
    warnings: [...warnOfOddVhosts(live), ...warnOfLitter(findLitter(live)), ...warnings],
  };
}

/**
 * Selects the objects for this file: those that it declares or owns and, with a pattern, further
 * matches.
 */
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
  const { objects, warnings } = asDeclared(owned);
  return { objects: objects.map(withoutHash), warnings };
}

/**
 * The file that declares or owns an object or, for a binding, its home; the first one if several
 * own it.
 */
function homeFile(object: LiveObject, { objects, files }: Desired): string | undefined {
  const { address, kind, name } = homeOf(object);
  const declared = objects.get(isBinding(object) ? address : addressOf(object));
  if (declared !== undefined) return declared.at.file;
  const home = { kind, vhost: object.vhost, name };
  return [...files].find(([, { scope }]) => scope && isManaged([scope], home))?.[0];
}

function choose(live: Live, match = '*'): LiveObject[] {
  return [...live.objects.values()].filter((object) => {
    return !isLeftOut(object, live) && matchesGlob(match, homeOf(object).name);
  });
}

function isLeftOut(object: LiveObject, live: Live): boolean {
  if (isBinding(object)) return isBoundToSystem(object, live);
  return isBindingEnd(object) ? object.system : kindOf(object).isBrokersOwn(object);
}

/** Counts the bindings of matches that go with another object. */
export function countBindingsElsewhere(live: Live, match: string): number {
  return choose(live).filter(
    (object) =>
      isBinding(object) &&
      matchesGlob(match, object.source) &&
      !matchesGlob(match, homeOf(object).name),
  ).length;
}

/** Drops objects that a file can't name; replaces odd values by what RabbitMQ makes of them. */
function asDeclared(chosen: readonly LiveObject[]): Selected {
  const objects = chosen.flatMap((object): LiveObject[] => {
    if (object.odd === undefined) return [asExported(object)];
    return oddNames(object).length > 0 ? [] : [{ ...object, odd: undefined }];
  });
  return { objects, warnings: warnOfOddExported(chosen) };
}

/** Leaves out what a new vhost or user has anyway. */
function asExported(object: LiveObject): LiveObject {
  if (object.kind === 'user')
    return { ...object, limits: object.limits?.size === 0 ? undefined : object.limits };
  if (object.kind !== 'vhost') return object;
  const { description, tags, default_queue_type: type, limits } = object;
  return {
    ...object,
    description: description === '' ? undefined : description,
    tags: tags?.length === 0 ? undefined : tags,
    default_queue_type: type === 'classic' ? undefined : type,
    protected_from_deletion: object.protected_from_deletion === true ? true : undefined,
    tracing: object.tracing === true ? true : undefined,
    limits: limits?.size === 0 ? undefined : limits,
  };
}

/** Says only of users without a password that they have none: hashes can be tried offline. */
const withoutHash = (object: LiveObject): LiveObject =>
  object.kind === 'user' && object.password?.kind === 'hash'
    ? { ...object, password: undefined }
    : object;

/** A pattern without a match is a mistake. Throws InvalidInput. */
export function assertMatch(match: string | undefined, live: Live, desired?: Desired): void {
  if (match === undefined || choose(live, match).length > 0) return;
  const declared = [...(desired?.objects.values() ?? [])].map(({ object }) => object);
  if (declared.some((object) => isBindingEnd(object) && matchesGlob(match, object.name))) return;
  const where = desired === undefined ? 'live' : 'declared or live';
  const message = `--match ${match} matches nothing ${where}`;
  const hint = 'it takes names and patterns, such as orders.*';
  throw new InvalidInput([{ code: 'no-such-match', message, hint }]);
}

/** A binding to amq.direct and the like belongs to the user; one to an exclusive queue doesn't. */
function isBoundToSystem(binding: LiveBinding, live: Live): boolean {
  if (binding.odd !== undefined) return false;
  if (isOwnName(binding.source)) return true;
  const destination = live.objects.get(endsOf(binding).destination);
  if (destination === undefined) return true;
  if (!isBindingEnd(destination) || !destination.system) return false;
  return isQueue(destination) || !isPredefinedExchange(destination.name);
}
