// What the user agreed to lose, and the consents that no step needs.
import type { Address } from '../topology/address.ts';
import type { QueuePattern } from '../topology/queue-pattern.ts';
import type { LossBound } from './loss.ts';

export interface Consents {
  readonly messageLoss: ReadonlyMap<Address, LossBound>;
  /** A bound for all matching queues together. */
  readonly messageLossOf: readonly SharedLoss[];
  readonly disconnect: ReadonlySet<Address>;
  readonly disconnectOf: readonly QueuePattern[];
  /** How many objects may be deleted at most, not counting bindings that go with one. */
  readonly deletes: number;
}

export const noConsents: Consents = {
  messageLoss: new Map(),
  messageLossOf: [],
  disconnect: new Set(),
  disconnectOf: [],
  deletes: 0,
};

export interface SharedLoss {
  readonly pattern: QueuePattern;
  /** `all` applies to each queue; a number to their sum. */
  readonly bound: LossBound;
}
