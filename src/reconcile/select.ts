// --only and --target: selects a part of the changes, plus what that part needs.
import { addressOfNamed, endsOf, type Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { matchesGlob } from '../topology/glob.ts';
import { addressOf } from '../topology/identity.ts';
import { kindOf } from '../topology/kinds/kinds.ts';
import type { Live } from '../topology/live.ts';
import { type TopologyObject, isBinding } from '../topology/object.ts';
import { InvalidInput } from '../topology/problem.ts';
import { byAddress, newHoldersOf, subjectOf, type Change } from './change.ts';

export interface Selection {
  /** create, update (which replaces what can't be updated), delete; all if absent. */
  readonly only?: readonly ('create' | 'update' | 'delete')[];
  /** Names, addresses, or globs of either; empty for everything. */
  readonly targets: readonly string[];
}

/** Filters the diff, before side effects are added. New objects that it needs come along. */
export function select(changes: readonly Change[], { only, targets }: Selection): Change[] {
  const ofKind = changes.filter(({ kind }) => only === undefined || only.includes(verbs[kind]));
  if (targets.length === 0) return ofKind;
  const planned = byAddress(ofKind);
  const chosen = new Set(ofKind.filter((change) => isTargeted(subjectOf(change), targets)));
  for (const change of [...chosen]) {
    for (const end of newNeedsOf(subjectOf(change), planned)) chosen.add(end);
  }
  for (const change of withRenames(ofKind, chosen)) chosen.add(change);
  return ofKind.filter((change) => chosen.has(change));
}

/** A rename is carried out whole: both queues, and all that binds the new one. */
function withRenames(changes: readonly Change[], chosen: ReadonlySet<Change>): Change[] {
  const addresses = new Set([...chosen].map(({ address }) => address));
  const chosenRenames = changes.flatMap((change) => {
    const to = renamedTo(change);
    return to !== undefined && (addresses.has(change.address) || addresses.has(to))
      ? [{ change, to }]
      : [];
  });
  const taking = new Set(chosenRenames.map(({ to }) => to));
  const made = changes.filter((change) => {
    const object = subjectOf(change);
    return taking.has(isBinding(object) ? endsOf(object).destination : change.address);
  });
  return [...chosenRenames.map(({ change }) => change), ...made];
}

function renamedTo(change: Change): Address | undefined {
  if (change.kind !== 'delete' || change.renamed_to === undefined) return undefined;
  return addressOfNamed('queue', change.before.vhost ?? '', change.renamed_to);
}

const verbs = { create: 'create', update: 'update', replace: 'update', delete: 'delete' } as const;

/** A target without a match is a mistake. Throws InvalidInput. */
export function assertTargets({ targets }: Selection, desired: Desired, live: Live): void {
  const { objects, destroyed = objects } = desired;
  const declared = [...destroyed.values()].map(({ object }) => object);
  const all: TopologyObject[] = targets.length === 0 ? [] : [...declared, ...live.objects.values()];
  const problems = targets
    .filter((target) => !all.some((object) => isTargeted(object, [target])))
    .map((target) => ({
      code: 'no-such-target',
      message: `--target ${target} matches nothing declared or live`,
      hint: 'it takes names, addresses such as queues/%2F/orders, and patterns of both',
    }));
  if (problems.length > 0) throw new InvalidInput(problems);
}

/** Matches its name or address; for a binding, also the name of either end. */
export function isTargeted(object: TopologyObject, targets: readonly string[]): boolean {
  const names = [addressOf(object), ...kindOf(object).namesOf(object)];
  return targets.some((target) => names.some((name) => matchesGlob(target, name)));
}

function newNeedsOf(object: TopologyObject, planned: ReadonlyMap<Address, Change>): Change[] {
  const ends = isBinding(object) ? Object.values(endsOf(object)) : [];
  return [...newHoldersOf(object, planned), ...ends]
    .map((address) => planned.get(address))
    .filter((change) => change?.kind === 'create');
}
