// Leads a task to its outcome: it is known already, has crashed its trainers too often, or is
// trained now.
import { TrainingError } from '../handler.ts';
import type { Delivery } from '../messaging/consumer.ts';
import type { KeptResults } from './kept-results.ts';
import type { Run } from './run.ts';
import type { Outcome } from './settlement.ts';
import { keep, train, type TrainSettings } from './train.ts';
import type { Trainers } from './trainers.ts';

interface OutcomeParts {
  readonly kept: KeptResults;
  readonly trainers: Trainers;
}

interface OutcomeSettings extends Omit<TrainSettings, 'kept'> {
  readonly max_attempts: number;
  /** The trainer can do no task at all. */
  readonly onFatal: (error: TrainingError) => void;
}

export async function outcomeOf(
  run: Run,
  { kept, trainers }: OutcomeParts,
  settings: OutcomeSettings,
): Promise<Outcome> {
  if (kept.has(run.id, run.digest)) {
    const result = await kept.find(run.id, run.digest);
    if (result) return { kind: 'kept', result };
  }
  const times = crashesOf(run.delivery, run.id, kept);
  if (times >= settings.max_attempts) return { kind: 'crashed', times };
  const outcome = await trainWith(trainers, run, { ...settings, kept });
  // The trainer has its next task by now.
  if (outcome.kind === 'done') await keep(run, outcome.result, { ...settings, kept });
  return outcome;
}

async function trainWith(
  trainers: Trainers,
  run: Run,
  settings: OutcomeSettings & TrainSettings,
): Promise<Outcome> {
  const handler = await trainers.take();
  if (handler === undefined) return { kind: 'handed_back' };
  try {
    // Lost while it waited: the next worker to get it trains it.
    if (!run.isHeld) return { kind: 'handed_back' };
    const outcome = await train(run, handler, settings);
    // Before the task is requeued, or it would come again; and before the trainer gets another.
    if (outcome.kind === 'failed' && outcome.verdict === 'fatal')
      settings.onFatal(new TrainingError('fatal', outcome.error));
    return outcome;
  } finally {
    trainers.giveBack(handler);
  }
}

/** How often trainers ended without an answer while they had the task. */
export const crashesOf = ({ message }: Delivery, id: string, kept: KeptResults): number =>
  message.fields.redelivered ? kept.crashes(id) : 0;
