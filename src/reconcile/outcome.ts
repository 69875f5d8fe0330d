// What became of each step.
import type { Address } from '../topology/address.ts';
import type { Loss } from './loss.ts';
import { isReplacement, objectOf, type Step } from './step.ts';

export type Outcome = {
  readonly step: Step;
  /** The messages that went with a queue. */
  readonly loss?: Loss;
} & (
  | { readonly kind: 'succeeded' }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly hint?: string;
      /** Something of it was done, or perhaps was. */
      readonly begun?: true;
      /** A last look forbade it, as what it would lose was not agreed to. */
      readonly forbidden?: true;
    }
  /** Left as it was found at the last look: not any more what was planned upon. */
  | { readonly kind: 'stale'; readonly reason: string; readonly hint?: string }
  /** Not started, because apply was stopped, for this reason. */
  | { readonly kind: 'skipped'; readonly reason?: string }
  /** Not started, because something that it needs failed. */
  | { readonly kind: 'blocked'; readonly by: Address }
  /** Left as somebody has made it meanwhile: it was not to be undone. */
  | { readonly kind: 'left'; readonly reason: string }
);

/** Whether nothing was written, as the outcomes tell; undefined where it takes a look at the broker to know. */
export function isNothingWritten(outcomes: readonly Outcome[]): boolean | undefined {
  const tried = outcomes.filter(({ kind }) => kind === 'succeeded' || kind === 'failed');
  if (tried.length === 0) return true;
  const isDoubtful = tried.every((one) => one.kind === 'failed' && one.begun !== true);
  return isDoubtful ? undefined : false;
}

/** A binding that went with a replaced end, and has not come back with it. */
export const isLost = ({ step, kind }: Outcome): boolean =>
  kind === 'failed' && step.kind === 'replace' && !isReplacement(step);

/** Those that the plan's end does not hold for any more. */
export function leftBy(outcomes: readonly Outcome[]): ReadonlySet<Address> {
  return new Set(outcomes.flatMap(({ kind, step }) => (kind === 'left' ? [step.address] : [])));
}

const isUntouched = ({ kind }: Outcome): boolean =>
  kind === 'stale' || kind === 'blocked' || kind === 'skipped';

/** Whether nothing was written, because the broker is not as it was planned upon. */
export const isStale = (outcomes: readonly Outcome[]): boolean =>
  outcomes.some(({ kind }) => kind === 'stale') && outcomes.every(isUntouched);

/** The vhosts in which something was taken away for a moment, or perhaps was. */
export function vhostsTakenFrom(outcomes: readonly Outcome[]): ReadonlySet<string> {
  const taken = outcomes.filter((one) => one.step.kind === 'replace' && !isUntouched(one));
  return new Set(taken.map(({ step }) => objectOf(step).vhost));
}

/** Whether all is as the plan or somebody else wants it. */
export const isDone = ({ kind }: Outcome): boolean => kind === 'succeeded' || kind === 'left';
