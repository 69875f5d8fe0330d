// What workers tell the events exchange, as far as it concerns a run.
import type { EventMessage } from '../event.generated.ts';
import type { CoordinatorEvent } from './reducer-types.ts';
import { unitOf } from './unit-of.ts';

/** Undefined where it is of another run, or nothing to act on. `at`: milliseconds since 1970, by this machine's clock. */
export function toCoordinatorEvent(
  message: EventMessage,
  course: { readonly run: string; readonly rounds: number; readonly shards: number },
  at: number,
): CoordinatorEvent | undefined {
  const { worker, queue } = message;
  if (!('event' in message)) {
    const { state, concurrency = 1, tasks } = message;
    const ids = tasks.map(({ id }) => id).filter((id) => unitOf(id, course) !== undefined);
    return { at, kind: 'heartbeat', worker, queue, state, concurrency, tasks: ids };
  }
  const unit = unitOf(message.task, course);
  if (unit === undefined || message.event === 'done') return undefined;
  if (message.event === 'started') return { at, kind: 'started', worker, queue, unit };
  const { verdict = 'retryable', error = 'without a reason' } = message;
  return { at, kind: 'failed', worker, queue, unit, verdict, error };
}
