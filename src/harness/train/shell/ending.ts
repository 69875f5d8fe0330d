// The ways a coordinator ends, and the steps on the way.
import type { Stored } from '../model/unit.ts';

export type Ending =
  | { readonly kind: 'finished'; readonly why: 'rounds' | 'target'; readonly parameters: Stored }
  /** The run itself can't go on, such as where a task fails again and again. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** It can be resumed. */
  | { readonly kind: 'interrupted' }
  /** The coordinator can't go on, such as when the disk is full; it can be resumed. */
  | { readonly kind: 'broken'; readonly error: Error };

/** In order; each is reported before the next is taken. */
type TrainStep =
  | 'began'
  | 'dispatched'
  /** A result's parameters are in the store. */
  | 'stored'
  /** … and in the ledger. */
  | 'recorded'
  | 'acked'
  /** The next round's parameters are computed. */
  | 'aggregated'
  /** … and in the ledger. */
  | 'closed'
  /** The final model is written. */
  | 'saved'
  | 'finished';

/** Awaited, so that tests can hold the coordinator there. */
export type OnTrainStep = (step: TrainStep, of: string) => void | Promise<void>;
