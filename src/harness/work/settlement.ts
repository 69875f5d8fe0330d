// Decides what becomes of a delivery: the ack table, and the one function that reads it.
import type { RetryRole } from '../../topology/roles.ts';
import type { TrainingVerdict } from '../handler.ts';
import type { Result } from '../messaging/result.generated.ts';
import { holdFor, type Backoff } from './backoff.ts';

/** How the work on a task ended. */
export type Outcome =
  | { readonly kind: 'done'; readonly result: Result }
  /** Done earlier, and delivered again. */
  | { readonly kind: 'kept'; readonly result: Result }
  | { readonly kind: 'failed'; readonly verdict: TrainingVerdict; readonly error: string }
  /** How often in a row the worker itself ended while it trained the task. */
  | { readonly kind: 'crashed'; readonly times: number }
  /** The message is no task. */
  | { readonly kind: 'invalid'; readonly error: string }
  /** Not started, or stopped, because the worker ends. */
  | { readonly kind: 'handed_back' };

export interface Circumstances {
  /** Whether a delivery of the task can still be settled. */
  readonly isHeld: boolean;
  /** The attempt that this was, from 1. */
  readonly attempt: number;
  readonly max_attempts: number;
  readonly isDraining: boolean;
  /**
   * Whether the tasks exchange takes the task's routing key to the queue it came from, and to no
   * other.
   */
  readonly returnsByKey: boolean;
  readonly results: string | undefined;
  readonly dead_letter: string | undefined;
  readonly retries: readonly RetryRole[];
  readonly backoff: Backoff;
}

export type Settlement =
  | { readonly kind: 'report'; readonly result: Result; readonly to: 'queue' | 'file' }
  | { readonly kind: 'retry'; readonly through: RetryRole }
  /** `after`: milliseconds. */
  | { readonly kind: 'republish'; readonly after: number; readonly to: 'exchange' | 'queue' }
  | { readonly kind: 'bury'; readonly death: Death; readonly in: 'queue' | 'folder' }
  | { readonly kind: 'requeue' }
  | { readonly kind: 'void' };

/** Why no worker gets the task again. */
export interface Death {
  readonly verdict: 'invalid' | 'poison' | 'exhausted' | 'crashed';
  readonly error: string;
}

/**
 * The ack table. A delivery is acked last, after what takes its place is confirmed by the broker,
 * or synced to disk if the file names no queue for it, and only on the connection that delivered
 * it. | outcome | first, in this order | then |
 * |-----------------------------|----------------------------------------------------|---------| |
 * done | keep result on disk → results queue, confirmed | ack | | without a results queue | keep
 * result on disk → results file, synced → | ack | | | reply_to, if it is there | | | kept result
 * found | results queue, confirmed (or file, synced) | ack | | retryable, attempts left | retry
 * exchange, own routing key, attempt + 1, | ack | | | confirmed | | | without retry queues | hold
 * for a backoff (drain: not at all) → tasks | ack | | | exchange, own routing key, attempt + 1,
 * confirmed | | | its key leads elsewhere | hold likewise → its queue, over the default | ack | | |
 * exchange, confirmed | | | retryable, no attempts left | dead-letter queue with the error,
 * confirmed | ack | | poison, not a valid task | the same | ack | | the worker crashed with it, |
 * the same | ack | | max_attempts times | | | | without dead-letter queue | the four above: a file
 * below DIR/dead, synced | ack | | fatal | nothing; the worker drains, and ends with exit 1 |
 * requeue | | handed back | nothing; cancel its trainer | requeue | | connection lost, done | keep
 * and publish the result all the same; the | – | | | next delivery finds it | | | connection lost,
 * otherwise | nothing: the broker delivers the task again | – | What the broker returns or refuses
 * is published again after a backoff, for as long as it takes, and logged; the delivery stays
 * unacked meanwhile. What can't be sent at all goes without what the message brought, and then to a
 * file. A message delivered again while it is trained or settled here is not trained twice: all its
 * current deliveries get the one settlement. Another message of the same task waits for its end.
 */
export function settlementOf(outcome: Outcome, circumstances: Circumstances): Settlement {
  const { isHeld, results } = circumstances;
  if (outcome.kind === 'done' || outcome.kind === 'kept') {
    return { kind: 'report', result: outcome.result, to: results === undefined ? 'file' : 'queue' };
  }
  if (!isHeld) return { kind: 'void' };
  switch (outcome.kind) {
    case 'handed_back':
      return { kind: 'requeue' };
    case 'invalid':
      return bury({ verdict: 'invalid', error: outcome.error }, circumstances);
    case 'crashed':
      return bury({ verdict: 'crashed', error: crashError(outcome.times) }, circumstances);
    default:
      return settlementOfFailure(outcome, circumstances);
  }
}

function settlementOfFailure(
  { verdict, error }: { readonly verdict: TrainingVerdict; readonly error: string },
  circumstances: Circumstances,
): Settlement {
  const { attempt, max_attempts } = circumstances;
  if (verdict === 'fatal') return { kind: 'requeue' };
  if (verdict === 'poison') return bury({ verdict, error }, circumstances);
  if (attempt >= max_attempts) return bury({ verdict: 'exhausted', error }, circumstances);
  return retry(circumstances);
}

/**
 * A dead letter that no binding wants is dropped by the broker, so only a key that leads back goes
 * to a retry queue.
 */
function retry(circumstances: Circumstances): Settlement {
  const { attempt, retries, returnsByKey, isDraining, backoff } = circumstances;
  const through = retries[Math.min(attempt, retries.length) - 1];
  if (through !== undefined && returnsByKey) return { kind: 'retry', through };
  const after = isDraining ? 0 : holdFor(attempt, backoff);
  return { kind: 'republish', after, to: returnsByKey ? 'exchange' : 'queue' };
}

const bury = (death: Death, { dead_letter }: Circumstances): Settlement => ({
  kind: 'bury',
  death,
  in: dead_letter === undefined ? 'folder' : 'queue',
});

const crashError = (times: number): string =>
  `the worker ended ${times} times in a row while it trained this task`;
