// A difference between desired and live. `because` names the change that carries it along.
import type { Address } from '../topology/address.ts';
import type { LiveObject } from '../topology/live.ts';
import type { TopologyObject } from '../topology/object.ts';
import type { Position } from '../topology/problem.ts';

export type Change = Create | Replace | Delete;

interface Create {
  readonly kind: 'create';
  readonly address: Address;
  readonly after: TopologyObject;
  readonly at: Position;
  readonly because?: Address;
}

export interface Replace {
  readonly kind: 'replace';
  readonly address: Address;
  readonly before: LiveObject;
  readonly after: TopologyObject;
  readonly managed: boolean;
  readonly at?: Position;
  readonly because?: Address;
}

export interface Delete {
  readonly kind: 'delete';
  readonly address: Address;
  readonly before: LiveObject;
  readonly managed: boolean;
  readonly because?: Address;
}

/** The object of a change: as it will be or, if it goes, as it was. */
export function subjectOf(change: Change): TopologyObject {
  return change.kind === 'delete' ? change.before : change.after;
}

export function byAddress(changes: readonly Change[]): Map<Address, Change> {
  return new Map(changes.map((change) => [change.address, change]));
}
