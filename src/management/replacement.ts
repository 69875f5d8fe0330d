import type { Consent } from '../reconcile/broker.ts';
import type { PlannedBindings } from '../reconcile/planned-bindings.ts';
import type { Binding, Exchange, Queue } from '../topology/object.ts';

/** The facts of a replacement, however it is done. */
export interface Replacement {
  readonly before: Exchange | Queue;
  readonly after: Exchange | Queue;
  /** To be put back. */
  readonly bindings: readonly Binding[];
  readonly consent: Consent;
  readonly planned: PlannedBindings;
  /** Makes sure that the broker has a record of the objects to delete. */
  readonly assertRecorded: () => Promise<void>;
}
