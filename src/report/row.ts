// A row of a plan: a step, or many that are alike.
import type { Refusal } from '../reconcile/plan.generated.ts';
import type { Step } from '../reconcile/step.ts';
import type { Kind } from '../topology/object.ts';

/** Unescaped. */
export interface Row {
  /** How many it stands for. */
  readonly steps: number;
  readonly change: Step['kind'];
  readonly object: Kind;
  readonly name: string;
  readonly what: string;
  /** Such as `other.yaml:12`, or `:12` where there is but one file; empty for what no file declares. */
  readonly place: string;
  readonly notes: readonly string[];
  /** What changes inside long values, line by line. */
  readonly inside: readonly string[];
  readonly refusal: Refusal | undefined;
}
