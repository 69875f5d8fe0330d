// The events that the coordinator's core takes, and the commands that it gives. It does no I/O,
// reads no clock, and waits for nothing.
import type { Accepted, Closed, DispatchReason } from '../model/records.ts';
import type { Stored, Unit } from '../model/unit.ts';

/** What a run is, as far as its course depends on it. */
export interface Course {
  readonly run: string;
  /** How many shards there are. */
  readonly shards: number;
  readonly rounds: number;
  /** How many shards a round needs to be complete: all of them, unless the job says less. */
  readonly enough: number;
  /** Whether the first parameters come from a trainer. */
  readonly init: boolean;
  /** Rounds between evaluations, the last round always among them; undefined: none. */
  readonly evaluate_every: number | undefined;
  readonly target:
    | { readonly metric: string; readonly at_most: number }
    | { readonly metric: string; readonly at_least: number }
    | undefined;
  readonly straggler_factor: number;
  /**
   * Milliseconds between heartbeats of a worker; silent for three of them, it is given up for now.
   */
  readonly heartbeat: number;
  /** How many failures of one unit end the run. */
  readonly max_failures: number;
}

/** A result of this run; whether it still counts the core decides. */
export interface Candidate {
  /** Tells the delivery apart, for `accept` and `drop`. */
  readonly delivery: number;
  readonly unit: Unit;
  readonly worker: string;
}

/** `at`: milliseconds since 1970. */
export type CoordinatorEvent = { readonly at: number } & (
  | {
      readonly kind: 'heartbeat';
      readonly worker: string;
      readonly queue: string;
      readonly state: 'idle' | 'busy' | 'draining';
      /** How many tasks it trains at once. */
      readonly concurrency: number;
      /** The ids of the tasks that it trains. */
      readonly tasks: readonly string[];
    }
  | {
      readonly kind: 'started';
      readonly worker: string;
      readonly queue: string;
      readonly unit: Unit;
    }
  | {
      readonly kind: 'failed';
      readonly worker: string;
      readonly queue: string;
      readonly unit: Unit;
      readonly attempt?: number;
      readonly verdict: 'retryable' | 'poison' | 'fatal';
      readonly error: string;
    }
  /** The worker has dead-lettered its task. Poison is not repeated: its failure said so. */
  | {
      readonly kind: 'given_up';
      readonly worker: string;
      readonly queue: string;
      readonly unit: Unit;
      readonly attempt: number;
      readonly error: string;
    }
  | ({ readonly kind: 'candidate' } & Candidate)
  /** What `accept` came to: in the ledger, and acked. */
  | { readonly kind: 'accepted'; readonly accepted: Accepted }
  /**
   * What `accept` came to: its parameters are missing, damaged, of another shape, or not finite.
   * `isOld`: made of a task that was sent before the last result of its unit was rejected, and
   * perhaps that very result once more; it counts as no failure.
   */
  | {
      readonly kind: 'rejected';
      readonly unit: Unit;
      readonly worker: string;
      readonly reason: string;
      readonly isOld: boolean;
    }
  /** What `close_round` came to: in the ledger. */
  | { readonly kind: 'closed'; readonly closed: Closed }
  /** No queue took a dispatched task. */
  | {
      readonly kind: 'returned';
      readonly unit: Unit;
      readonly queue: string;
      readonly reason: string;
    }
  | { readonly kind: 'tick' }
);

export type Command =
  /**
   * `parameters`: what it starts from; none for the init unit. `rejected`: how many of its results
   * were not valid. A worker that remembers a result gives it again for a task of the same words
   * only, so that number is among them.
   */
  | {
      readonly kind: 'dispatch';
      readonly unit: Unit;
      readonly queue: string;
      readonly parameters: Stored | undefined;
      readonly rejected: number;
      readonly why: DispatchReason;
    }
  /** Check, store, write to the ledger, sync, ack: then `accepted` or `rejected` comes. */
  | { readonly kind: 'accept'; readonly delivery: number; readonly unit: Unit }
  /** Ack and forget: its unit is done. */
  | {
      readonly kind: 'drop';
      readonly delivery: number;
      readonly unit: Unit;
      readonly worker: string;
    }
  /** Aggregate in the order given, which is the shards'; then `closed` comes. */
  | {
      readonly kind: 'close_round';
      readonly round: number;
      readonly base: Stored;
      readonly momentum: Stored | undefined;
      readonly parts: readonly Accepted[];
    }
  /** Take these units' tasks out of a queue without a worker; other messages stay. */
  | { readonly kind: 'take_back'; readonly queue: string; readonly units: readonly string[] }
  | {
      readonly kind: 'worker';
      readonly worker: string;
      readonly queue: string;
      readonly state: 'joined' | 'silent' | 'back' | 'draining';
    }
  /** An evaluation that fails for good. */
  | { readonly kind: 'leave_out'; readonly unit: Unit; readonly reason: string }
  | { readonly kind: 'finish'; readonly why: 'rounds' | 'target'; readonly parameters: Stored }
  | { readonly kind: 'fail'; readonly reason: string };
