// What became of each step.
import type { Address } from '../topology/address.ts';
import type { Step } from './plan.generated.ts';

export type Outcome = { readonly step: Step } & (
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly reason: string; readonly hint?: string }
  /** Not started, because apply was stopped, for this reason. */
  | { readonly kind: 'skipped'; readonly reason?: string }
  /** Not started, because something that it needs failed. */
  | { readonly kind: 'blocked'; readonly by: Address }
);
