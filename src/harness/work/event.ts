// The events of a worker, for the log, the metrics and the events exchange.
import type { TrainingVerdict } from '../handler.ts';
import type { LinkState } from '../messaging/link.ts';
import type { Death } from './settlement.ts';

/** `digest`: the SHA-256 of the task's message; empty if that is no task. */
export type WorkEvent =
  | { readonly kind: 'received'; readonly id: string; readonly redelivered: boolean }
  | {
      readonly kind: 'started';
      readonly id: string;
      readonly digest: string;
      readonly attempt: number;
    }
  | {
      readonly kind: 'trained';
      readonly id: string;
      readonly digest: string;
      readonly attempt: number;
      readonly seconds: number;
      readonly metrics: Readonly<Record<string, number>>;
    }
  /** `error`: also of what is tried again. */
  | {
      readonly kind: 'failed';
      readonly id: string;
      readonly digest: string;
      readonly attempt: number;
      readonly seconds: number;
      readonly verdict: TrainingVerdict;
      readonly error: string;
    }
  | {
      readonly kind: 'settled';
      readonly id: string;
      readonly digest: string;
      readonly settled: Settled;
    }
  /**
   * The broker did not take what was published, or the disk what was written; the retry comes after
   * this many milliseconds.
   */
  | {
      readonly kind: 'refused';
      readonly id: string;
      readonly what: string;
      readonly reason: string;
      readonly retry: number;
    }
  | {
      readonly kind: 'connection';
      readonly of: 'consumer' | 'publisher';
      readonly state: LinkState;
    }
  | { readonly kind: 'cancelled'; readonly queue: string }
  | { readonly kind: 'ending'; readonly how: Ending['kind'] }
  | { readonly kind: 'warning'; readonly message: string; readonly hint?: string };

/** What became of a task here; `lost`: its connection was, and nothing is left to settle. */
export type Settled =
  | { readonly kind: 'done' | 'kept' | 'requeued' | 'lost' }
  /** Milliseconds until it comes back. */
  | { readonly kind: 'retried'; readonly attempt: number; readonly after: number }
  | {
      readonly kind: 'dead';
      readonly attempt: number;
      readonly death: Death;
      readonly in: 'queue' | 'folder';
    };

export type Ending =
  | { readonly kind: 'drained' }
  | { readonly kind: 'handed_back' }
  | { readonly kind: 'left' }
  | { readonly kind: 'failed'; readonly error: Error };

/** The steps of a task, in order; each is reported before the next is taken. */
export type Step =
  | 'received'
  | 'started'
  | 'trained'
  | 'kept'
  | 'result_published'
  | 'result_confirmed'
  | 'result_written'
  | 'held'
  | 'retry_published'
  | 'retry_confirmed'
  | 'dead_published'
  | 'dead_confirmed'
  | 'dead_written'
  | 'acked'
  | 'requeued';

/** Awaited, so that tests can hold the task there. */
export type OnStep = (step: Step, id: string) => void | Promise<void>;
