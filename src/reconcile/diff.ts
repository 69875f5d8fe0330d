// What differs between the files and the broker:
//
//   declared  live                            change
//   yes       no                              create
//   yes       yes, equal                      none: unchanged
//   yes       yes, different                  replace
//   no        yes, managed, not protected     delete
//   no        yes, otherwise                  none: unmanaged
import type { Address } from '../topology/address.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import { isEqual, withDefaults } from '../topology/normal-form.ts';
import type { TopologyObject } from '../topology/object.ts';
import type { Change } from './change.ts';
import { isKept, isOwned, isSystem } from './owned.ts';

export interface Difference {
  readonly changes: readonly Change[];
  /** Declared and equal. */
  readonly unchanged: number;
  /** Live, but not owned by the files. */
  readonly unmanaged: number;
  /** Live and owned by the files, by vhost. */
  readonly managed: ReadonlyMap<string, number>;
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
  const managed = new Map<string, number>();
  for (const [address, object] of live.objects) {
    const owned = isOwned(address, object, desired, live);
    if (owned) managed.set(object.vhost, (managed.get(object.vhost) ?? 0) + 1);
    else if (!isSystem(object, live)) unmanaged++;
    if (owned && !desired.objects.has(address) && !isKept(object, desired)) {
      changes.push({ kind: 'delete', address, before: object, managed: true });
    }
  }
  return { changes, unchanged, unmanaged, managed };
}

function diffDeclared(address: Address, { object, at }: Declared, live: Live): Change | undefined {
  const after = withVhostDefault(object, live);
  const before = live.objects.get(address);
  if (before === undefined) return { kind: 'create', address, after, at };
  if (isEqual(before, after)) return undefined;
  return { kind: 'replace', address, before, after, at, managed: true };
}

export function withVhostDefault(object: TopologyObject, live: Live): TopologyObject {
  return withDefaults(object, live.vhosts.get(object.vhost)?.default_queue_type ?? 'classic');
}
