// What a run's folder holds: the ledger, which the run is resumed from, and the timeline, for
// people.
import type { Stored, Unit } from './unit.ts';

/** Milliseconds since 1970. */
export type Time = number;

/** What a task says of its shard; a path is relative to the root. */
export interface Shard {
  readonly uri: string;
  readonly sha256: string;
}

/** A result that counts: the first valid one of its unit. */
export interface Accepted {
  readonly unit: Unit;
  readonly worker: string;
  /** From 1. */
  readonly attempt: number;
  /** None of an evaluation. */
  readonly parameters?: Stored;
  /** The weight of the result. */
  readonly samples: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly started_at: Time;
  readonly finished_at: Time;
}

/** The end of a round: what its results became. */
export interface Closed {
  readonly round: number;
  readonly parameters: Stored;
  /** The outer optimizer's momentum, if it has one. */
  readonly momentum?: Stored;
  /** Means over the shards, weighted by samples. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Each synced to the disk before what it tells of is acked, or built upon. */
export type LedgerRecord = { readonly at: Time } & (
  | {
      readonly kind: 'began';
      readonly version: 1;
      readonly run: string;
      /** Of the job as it was read, so that another one is not mistaken for it. */
      readonly job_sha256: string;
      readonly rounds: number;
      readonly shards: readonly Shard[];
      /** The shard to measure on; missing in old ledgers. */
      readonly evaluation?: Shard;
      /** Part of each task's words; missing in old ledgers. */
      readonly salt?: string;
    }
  /** The parameters that the first round starts with. */
  | { readonly kind: 'initial'; readonly parameters: Stored }
  | ({ readonly kind: 'accepted' } & Accepted)
  /** A result that was not valid: the next worker must not answer with a remembered one. */
  | {
      readonly kind: 'rejected';
      readonly unit: Unit;
      readonly worker: string;
      readonly reason: string;
    }
  | ({ readonly kind: 'closed' } & Closed)
  | { readonly kind: 'resumed' }
  /** Gives up this round and those after it: they are trained again. */
  | { readonly kind: 'went_back'; readonly round: number }
  | { readonly kind: 'finished'; readonly why: 'rounds' | 'target'; readonly parameters: Stored }
  | { readonly kind: 'failed'; readonly reason: string }
  /** It was given up for good. */
  | { readonly kind: 'abandoned' }
);

export type DispatchReason =
  | 'first'
  /** Its worker was silent for three heartbeats. */
  | 'silent'
  /** It took longer than the straggler factor times the median. */
  | 'straggler'
  /** Its worker said that it failed. */
  | 'failed'
  /** Its result was not valid. */
  | 'invalid'
  /** No queue took it, or the worker drains. */
  | 'returned';

export type TimelineEntry = { readonly at: Time } & (
  | {
      readonly kind: 'dispatched';
      readonly unit: Unit;
      readonly queue: string;
      readonly why: DispatchReason;
    }
  | { readonly kind: 'started'; readonly unit: Unit; readonly worker: string }
  | {
      readonly kind: 'failed';
      readonly unit: Unit;
      readonly worker: string;
      readonly attempt?: number;
      readonly verdict: string;
      readonly error: string;
    }
  /** It was dead-lettered. */
  | {
      readonly kind: 'given_up';
      readonly unit: Unit;
      readonly worker: string;
      readonly attempt: number;
      readonly error: string;
    }
  | {
      readonly kind: 'accepted';
      readonly unit: Unit;
      readonly worker: string;
      readonly started_at: Time;
      readonly finished_at: Time;
      /** Of an evaluation. */
      readonly metrics?: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'dropped';
      readonly unit: Unit;
      readonly worker: string;
      readonly why: 'late' | 'invalid';
      readonly reason?: string;
    }
  | {
      readonly kind: 'worker';
      readonly worker: string;
      readonly queue: string;
      readonly state: 'joined' | 'silent' | 'back' | 'draining';
    }
  /** An evaluation that failed for good. */
  | { readonly kind: 'left_out'; readonly unit: Unit; readonly reason: string }
  | { readonly kind: 'taken_back'; readonly queue: string; readonly units: number }
  | {
      readonly kind: 'coordinator';
      readonly state: 'began' | 'resumed' | 'ended' | 'disconnected' | 'connected';
    }
);

/** All that a report is made of. */
export interface RunRecords {
  /** The job as it was read. */
  readonly job: object;
  /** Without the rounds that the run gave up when it went back. */
  readonly ledger: readonly LedgerRecord[];
  readonly timeline: readonly TimelineEntry[];
}
