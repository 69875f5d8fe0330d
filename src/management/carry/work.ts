// What carrying over a queue works with, from its first step to its last.
import type { PlannedBindings } from '../../reconcile/planned-bindings.ts';
import type { Binding, Queue } from '../../topology/object.ts';
import type { Client } from '../client.ts';
import type { DepthSources } from '../depth.ts';
import type { Returns } from '../returns.ts';

export interface Work {
  readonly client: Client;
  readonly sources: DepthSources;
  readonly returns: Returns;
  readonly before: Queue;
  readonly after: Queue;
  /** Gives a queue as it has to be declared. */
  readonly toDeclare: (queue: Queue) => Queue;
  /** Declares a quorum queue where a cut does it no harm, before HTTP does. */
  readonly declareReplicated: (queue: Queue) => Promise<void>;
  readonly parking: Queue;
  readonly bindings: readonly Binding[];
  readonly planned: PlannedBindings;
  /** Milliseconds. */
  readonly drainTimeout: number;
  /** Milliseconds to leave out the queue, so that its consumers are cancelled; see `cancelling`. */
  readonly cancelling: number;
  /** The tags of the user on AMQP; undefined if they are not known. */
  readonly tags: ReadonlySet<string> | undefined;
  readonly onMoved: (messages: number) => void;
  /** Makes sure that the broker has the record that tells the next run where to go on. */
  readonly assertRecorded: () => Promise<void>;
}

/**
 * Before 4.0, RabbitMQ takes a queue that comes back at once for one that has failed over: it tells
 * its consumers nothing, and gives them nothing either.
 */
export const cancelling = (version: string): number => (Number.parseInt(version) < 4 ? 500 : 0);

/** What it comes to. */
export interface Tally {
  /** Whether the parking queue is, or may be, there. */
  isParking: boolean;
  /** Moves so far, each message once for each way. */
  moved: number;
  parked: number;
  /** The bindings that were led to the parking queue. */
  flipped: readonly Binding[];
  flipMilliseconds: number;
  /** The bindings that someone removed meanwhile. */
  removed: readonly Binding[];
  /** Why it is being undone. */
  undone: Error | undefined;
  /** What went wrong though the queue was replaced. */
  late: Error | undefined;
}

export const newTally = (): Tally => ({
  isParking: false,
  moved: 0,
  parked: 0,
  flipped: [],
  flipMilliseconds: 0,
  removed: [],
  undone: undefined,
  late: undefined,
});
