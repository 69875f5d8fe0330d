// What the queues hold that a change of a policy concerns.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { LiveQueue } from '../topology/live.ts';
import type { Held } from '../topology/queue-loss.ts';
import type { Depth } from './broker.ts';

/** Why topo can't count what a queue holds, and the way to make it known. */
export type Unknown = Pick<Extract<Depth, { kind: 'unknown' }>, 'why' | 'hint'>;

export type Counted = Held & { readonly unknown?: Unknown };

export interface Counts {
  readonly heldBy: (queue: LiveQueue) => Counted;
  /** Called for each queue that may lose messages, or whose messages a note is about. */
  readonly onConcerned?: (queue: LiveQueue) => void;
}

export const uncounted = { ready: undefined, unacked: undefined, consumers: 0 };

export function asHeld(queue: LiveQueue, depths: ReadonlyMap<Address, Depth>): Counted {
  const depth = depths.get(addressOf(queue));
  if (depth === undefined) return queue;
  const { type } = queue;
  if (depth.kind === 'known') return { ...depth, type };
  return { ...uncounted, type, unknown: { why: depth.why, hint: depth.hint } };
}
