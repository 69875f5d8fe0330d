// The outcome of each step.
import type { Address } from '../topology/address.ts';
import { isUnboundFirst } from './emptied.ts';
import type { Carried } from './broker.ts';
import type { Loss } from './loss.ts';
import { isReplacement, objectOf, type Step } from './step.ts';

export type Outcome = {
  readonly step: Step;
  /** The messages lost with a queue. */
  readonly loss?: Loss;
  /** The messages carried over while a queue was replaced. */
  readonly carried?: Carried;
} & (
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly hint?: string;
      /** Something was, or may have been, done. */
      readonly begun?: true;
      /** A last check refused it: it would lose more than agreed. */
      readonly forbidden?: true;
    }
  /** The last check found the object changed since planning, and left it. */
  | { readonly kind: 'stale'; readonly reason: string; readonly hint?: string }
  /** Not started, because apply was stopped; says why. */
  | { readonly kind: 'skipped'; readonly reason?: string }
  /** Not started, because a step that it needs failed. */
  | { readonly kind: 'blocked'; readonly by: Address }
  /** Someone else has changed it since, and topo doesn't undo that. */
  | { readonly kind: 'left'; readonly reason: string }
);

/** Whether nothing was written; undefined if only the broker can tell. */
export function isNothingWritten(outcomes: readonly Outcome[]): boolean | undefined {
  const tried = outcomes.filter(({ kind }) => kind === 'succeeded' || kind === 'failed');
  if (tried.length === 0) return true;
  const isDoubtful = tried.every((one) => one.kind === 'failed' && one.begun !== true);
  return isDoubtful ? undefined : false;
}

/** A binding that was removed with a replaced end and hasn't come back. */
export const isLost = ({ step, kind }: Outcome): boolean =>
  kind === 'failed' && step.kind === 'replace' && !isReplacement(step);

/** The objects that no longer end up as planned. */
export function leftBy(outcomes: readonly Outcome[]): ReadonlySet<Address> {
  return new Set(outcomes.flatMap(({ kind, step }) => (kind === 'left' ? [step.address] : [])));
}

const isUntouched = ({ kind }: Outcome): boolean =>
  kind === 'stale' || kind === 'blocked' || kind === 'skipped';

/** Whether nothing was written, because the broker has changed since planning. */
export const isStale = (outcomes: readonly Outcome[]): boolean =>
  outcomes.some(({ kind }) => kind === 'stale') && outcomes.every(isUntouched);

/** The vhosts in which something was, or may have been, taken away for a moment. */
export function vhostsTakenFrom(outcomes: readonly Outcome[]): ReadonlySet<string> {
  const taken = outcomes.filter((one) => takesAway(one.step) && !isUntouched(one));
  return new Set(taken.flatMap(({ step }) => objectOf(step).vhost ?? []));
}

const takesAway = (step: Step): boolean => step.kind === 'replace' || isUnboundFirst(step);

/** Whether the object is as the plan, or someone else, wants it. */
export const isDone = ({ kind }: Outcome): boolean => kind === 'succeeded' || kind === 'left';

/**
 * Whether the broker's own answer says that the step is done. A replacement consists of several
 * requests, between which another run may replace the same object otherwise.
 */
export const isConfirmed = ({ kind, step }: Outcome): boolean =>
  kind === 'succeeded' && step.kind !== 'replace';
