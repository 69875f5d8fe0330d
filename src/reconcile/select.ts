// --only and --target: a part of the changes, with what that part can't do without.
import { endsOf, type Address } from '../topology/address.ts';
import { matchesGlob } from '../topology/glob.ts';
import type { TopologyObject } from '../topology/object.ts';
import { byAddress, subjectOf, type Change } from './change.ts';

export interface Selection {
  /** create, update (which replaces what can't be updated) or delete; all of them if absent. */
  readonly only?: 'create' | 'update' | 'delete';
  /** Names, addresses or glob patterns of them; everything if empty. */
  readonly targets: readonly string[];
}

/** Filters the diff, before what goes along is added. A binding's new ends come with it. */
export function select(changes: readonly Change[], { only, targets }: Selection): Change[] {
  const ofKind = changes.filter(({ kind }) => only === undefined || only === verbs[kind]);
  if (targets.length === 0) return ofKind;
  const planned = byAddress(ofKind);
  const chosen = new Set(ofKind.filter((change) => isTargeted(change, targets)));
  for (const change of [...chosen]) {
    for (const end of newEndsOf(subjectOf(change), planned)) chosen.add(end);
  }
  return ofKind.filter((change) => chosen.has(change));
}

const verbs = { create: 'create', replace: 'update', delete: 'delete' } as const;

function isTargeted(change: Change, targets: readonly string[]): boolean {
  const names = [change.address, ...namesOf(subjectOf(change))];
  return targets.some((target) => names.some((name) => matchesGlob(target, name)));
}

function namesOf(object: TopologyObject): string[] {
  return object.kind === 'binding' ? [object.source, object.destination] : [object.name];
}

function newEndsOf(object: TopologyObject, planned: ReadonlyMap<Address, Change>): Change[] {
  if (object.kind !== 'binding') return [];
  const { source, destination } = endsOf(object);
  return [planned.get(source), planned.get(destination)].filter(
    (change) => change?.kind === 'create',
  );
}
