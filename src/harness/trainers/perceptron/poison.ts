// The error for a task that no attempt can train, with what to do about it.
import { TrainingError } from '../../handler.ts';

/** The hint is part of the message: only that comes out of the trainer's thread. */
export const poison = (message: string, hint: string): TrainingError =>
  new TrainingError('poison', `${message}; ${hint}`, { hint });
