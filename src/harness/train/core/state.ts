// The state of the coordinator's core. It is never changed: each step makes a new one.
import type { Accepted, Closed, DispatchReason, Time } from '../model/records.ts';
import type { Candidate, Course } from './reducer-types.ts';
import type { Durations } from './medians.ts';
import type { Stored, Unit, UnitKind } from '../model/unit.ts';

type Phase =
  /** Waits for the first parameters. */
  | { readonly kind: 'initial' }
  | { readonly kind: 'training' }
  /** The open round is complete, and being aggregated. */
  | { readonly kind: 'closing' }
  /** No round follows; the last evaluations may be under way. */
  | { readonly kind: 'finishing'; readonly why: 'rounds' | 'target' }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed' };

/** A task of a unit, somewhere between its dispatch and its result. */
export interface Copy {
  readonly queue: string;
  /** Who trains it; undefined while it waits in its queue. */
  readonly worker: string | undefined;
  /** When it was dispatched, or first reported if an earlier coordinator dispatched it. */
  readonly since: Time;
  readonly isOurs: boolean;
  /** Since when it waits, if it does. */
  readonly waiting_since: Time;
  /** Its last failure, after which its worker tries again. */
  readonly retried: string | undefined;
}

/** A unit that was dispatched, and is not done. */
export interface Flight {
  readonly unit: Unit;
  /** Those that may still bring a result: with none of them it is dispatched again. */
  readonly copies: readonly Copy[];
  /** Why it is dispatched next. */
  readonly why: DispatchReason;
  /** Queues where it failed, each as often as it did. */
  readonly avoid: readonly string[];
  readonly failures: number;
  /** Its results that were not valid, those that an earlier coordinator was given among them. */
  readonly rejected: number;
  /** The result that is being checked. */
  readonly accepting: Candidate | undefined;
  /** How long that one took; undefined if it is not known. */
  readonly duration: number | undefined;
  /** Its other results, which wait for the outcome of that one. */
  readonly kept: readonly Candidate[];
}

export interface WorkerState {
  readonly name: string;
  readonly queue: string;
  readonly state: 'idle' | 'busy' | 'draining';
  readonly concurrency: number;
  /** The units of this run that it trains, those that are done already among them. */
  readonly tasks: readonly string[];
  /** When its last event came. */
  readonly seen: Time;
  readonly isSilent: boolean;
}

export interface QueueState {
  /** Units whose tasks may be in it. */
  readonly sent: ReadonlySet<string>;
  /** Since when it has no worker, and when tasks were last taken out. */
  readonly unattended: { readonly since: Time; readonly taken: Time } | undefined;
  /** Send nothing to it before: it did not take the last task, or is being emptied. */
  readonly closed_until: Time;
}

export interface CoordinatorState {
  readonly course: Course;
  readonly phase: Phase;
  readonly isAgain: boolean;
  /** Of the last event. */
  readonly clock: Time | undefined;
  /**
   * After a resume nothing is dispatched before, so that what is under way is known; undefined
   * before the first tick.
   */
  readonly dispatch_from: Time | undefined;
  /** The open one, from 0. */
  readonly round: number;
  /** What the open round begins with; undefined before the init unit is done. */
  readonly parameters: Stored | undefined;
  readonly closed: readonly Closed[];
  /** Of the open round, by shard. */
  readonly results: readonly (Accepted | undefined)[];
  readonly done: number;
  /** All shards before were dispatched, or are done. */
  readonly next_shard: number;
  /** By unit, with what it measures. */
  readonly evaluations: ReadonlyMap<string, { readonly unit: Unit; readonly parameters: Stored }>;
  /** By unit, in the order of their first dispatch. */
  readonly flights: ReadonlyMap<string, Flight>;
  /** By name. */
  readonly workers: ReadonlyMap<string, WorkerState>;
  /** By name. */
  readonly queues: ReadonlyMap<string, QueueState>;
  readonly durations: Readonly<Record<UnitKind, Durations>>;
}
