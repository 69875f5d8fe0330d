// Judges a task by how its trainer ended.
import { faultIn } from '../fault.ts';
import { TrainingError, type TrainingVerdict } from '../../handler.ts';

export type Exit =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'unstarted'; readonly cause: Error };

/** As in sysexits.h; any other end is retryable. */
const verdicts = new Map<number, TrainingVerdict>([
  [75, 'retryable'], // EX_TEMPFAIL
  [65, 'poison'], // EX_DATAERR
  [78, 'fatal'], // EX_CONFIG
]);

/** `tail`: the last lines of stderr. */
export function toTrainingError(exit: Exit, tail: string, command: string): TrainingError {
  switch (exit.kind) {
    case 'code': {
      const verdict = verdicts.get(exit.code) ?? 'retryable';
      const message = withTail(`the trainer ended with code ${exit.code}`, tail);
      return new TrainingError(verdict, message, {
        fault: verdicts.has(exit.code) ? undefined : faultIn(tail),
      });
    }
    case 'signal':
      return new TrainingError(
        'retryable',
        withTail(`the trainer was ended by ${exit.signal}`, tail),
      );
    case 'unstarted':
      return new TrainingError(
        isShortage(exit.cause) ? 'retryable' : 'fatal',
        `${command} can't be started: ${exit.cause.message}`,
        {
          hint: 'see that the program and the working folder are there and may be used',
          cause: exit.cause,
        },
      );
  }
}

/** The machine has no room for another process just now. */
const isShortage = (cause: Error): boolean =>
  'code' in cause && ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'].includes(String(cause.code));

const withTail = (message: string, tail: string): string =>
  tail === '' ? message : `${message}:\n${tail}`;
