// What differs between the files and the broker:
//
//   declared  live                            change
//   yes       no                              create
//   yes       yes, equal                      none: unchanged
//   yes       yes, different                  update or, if that is impossible, replace
//   no        yes, managed, not protected     delete
//   no        yes, otherwise                  none: unmanaged
//
// topo destroy declares nothing: what the files declare is managed, and a refusal if protected.
import { nameInAddress, type Address } from '../topology/address.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import { filledFrom, isEqual, withDefaults } from '../topology/normal-form.ts';
import { isQueue, type TopologyObject } from '../topology/object.ts';
import { removalOf, type Owned } from '../topology/scope.ts';
import { toDifference, type Change } from './change.ts';
import { isOwn } from './guard-users.ts';
import { isKept, isOwned, isSystem } from './owned.ts';

export interface Difference {
  readonly changes: readonly Change[];
  /** Declared and equal. */
  readonly unchanged: number;
  /** Live, but not owned by the files. */
  readonly unmanaged: number;
  /** Live and owned by the files, by vhost; null for those of the whole cluster. */
  readonly managed: ReadonlyMap<string | null, number>;
}

export function diff(desired: Desired, live: Live): Difference {
  const changes: Change[] = [];
  let unchanged = 0;
  for (const [address, declared] of desired.objects) {
    const change = diffDeclared(address, declared, live);
    if (change) changes.push(change);
    else unchanged++;
  }
  let unmanaged = 0;
  const managed = new Map<string | null, number>();
  for (const [address, object] of live.objects) {
    const rename = renameOf(address, object, desired);
    if (rename !== undefined) {
      changes.push(rename);
      continue;
    }
    const owned = isOwned(address, object, desired, live);
    if (owned) managed.set(object.vhost, (managed.get(object.vhost) ?? 0) + 1);
    else if (isInReach(object, desired) && !isSystem(object, live)) unmanaged++;
    if (!owned || desired.objects.has(address)) continue;
    if (desired.destroyed?.has(address) === true || mayGoUnasked(object, desired, live)) {
      const rule = isDrained(object, desired) && ({ drain: true } as const);
      changes.push({ kind: 'delete', address, before: object, managed: true, ...rule });
    }
  }
  return { changes, unchanged, unmanaged, managed };
}

/** Neither protected, nor topo's own user, nor one of its rights. */
const mayGoUnasked = (object: LiveObject, desired: Desired, { broker }: Live): boolean =>
  !isKept(object, desired) && !isOwn(object, broker.user);

/** The old queue goes even if the files do not own it: they say so. */
function renameOf(address: Address, before: LiveObject, { renames }: Desired): Change | undefined {
  const rename = renames?.get(address);
  if (rename === undefined || !isQueue(before) || before.system) return undefined;
  const renamed_to = nameInAddress(rename.to);
  return { kind: 'delete', address, before, managed: true, renamed_to };
}

const isDrained = (object: LiveObject, { scopes }: Desired): boolean =>
  isQueue(object) && removalOf(scopes, object)?.on_remove === 'drain';

/** Of the whole cluster, only kinds that the files own some of count. */
const isInReach = ({ vhost, kind }: LiveObject, { scopes }: Desired): boolean =>
  vhost !== null || scopes.some(({ manage }) => manage !== 'all' && hasPatterns(manage, kind));

const hasPatterns = (manage: Owned, kind: LiveObject['kind']): boolean =>
  kind !== 'binding' && (manage[kind]?.length ?? 0) > 0;

function diffDeclared(address: Address, { object, at }: Declared, live: Live): Change | undefined {
  const before = live.objects.get(address);
  const after = withVhostDefault(object, live);
  if (before === undefined) return { kind: 'create', address, after, at };
  if (isEqual(before, after)) return undefined;
  return toDifference(address, { before, after: filledFrom(after, before), at });
}

export function withVhostDefault(object: TopologyObject, live: Live): TopologyObject {
  const vhost = object.vhost === null ? undefined : live.vhosts.get(object.vhost);
  return withDefaults(object, vhost?.default_queue_type ?? 'classic');
}
