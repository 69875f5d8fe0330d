// What a coordinator works with, and the commands that it carries out.
import type { Fate } from '../../messaging/fate.ts';
import type { CoordinatorState } from '../core/reducer.ts';
import type { Command, Course } from '../core/reducer-types.ts';
import type { Resumed } from '../core/resume.ts';
import type { Accepted, TimelineEntry } from '../model/records.ts';
import type { Stored } from '../model/unit.ts';
import type { Ledger } from '../run/ledger.ts';
import type { ResultFiles } from '../run/result-files.ts';
import type { TrustParts } from '../trust/trust.ts';
import type { CloseParts } from './close-round.ts';
import type { OnTrainStep } from './ending.ts';
import type { Others } from './others.ts';
import type { ReceiveParts } from './receive.ts';
import type { TakeBack } from './taking-back.ts';

export interface CoordinatorParts extends ReceiveParts, CloseParts, TrustParts {
  readonly course: Course;
  readonly resumed: Resumed;
  readonly ledger: Ledger;
  readonly files: ResultFiles;
  /** Settles when the broker has said what became of the task. */
  readonly dispatch: (command: Dispatch) => Promise<Fate>;
  readonly takeBack: TakeBack;
  /** Takes what is in the results queue, and not of this run. */
  readonly others: Others;
  /** Writes the final model. */
  readonly save: (parameters: Stored) => Promise<void>;
  /** After each closed round, made of these parts: what no resume needs may go. */
  readonly prune: (state: CoordinatorState, parts: readonly Accepted[]) => Promise<void>;
  readonly onTimeline: (entry: TimelineEntry) => void;
  /** `strangers`: how many names were reported that are no workers of this run. */
  readonly onChange: (state: CoordinatorState, strangers: number) => void;
  readonly onStep: OnTrainStep;
}

export type Dispatch = Of<'dispatch'>;

export type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;
