// A rule that a harness section breaks.
import type { Breach } from './breach.ts';
import type { Cast } from './cast.ts';
import type { Position } from './problem.ts';

/** `path` is within the section. */
export interface HarnessBreach extends Breach {
  /** The declaration in question, where that tells more than the section. */
  readonly at?: Position;
  /** Something is missing: not to be said of files of which a part couldn't be read. */
  readonly isAbsence?: boolean;
}

export type HarnessRule = (cast: Cast) => readonly HarnessBreach[];
