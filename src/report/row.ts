// A row of a plan: one step, or several similar ones.
import type { Refusal } from '../reconcile/plan.generated.ts';
import type { Step } from '../reconcile/step.ts';

/** Unescaped. */
export interface Row {
  /** The number of steps in the row. */
  readonly steps: number;
  readonly change: Step['kind'];
  /** Its kind, in words. */
  readonly object: string;
  readonly name: string;
  readonly what: string;
  /**
   * Such as `other.yaml:12`, or `:12` if there is only one file; empty for objects that no file
   * declares.
   */
  readonly place: string;
  readonly notes: readonly string[];
  /** Changes inside long values, line by line. */
  readonly inside: readonly string[];
  /** All that forbids its step. */
  readonly refusals: readonly Refusal[];
}
