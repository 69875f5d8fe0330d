// Sends tasks in order, each once it is safe in the outbox, and notes what becomes of them.
import type { Fate } from '../messaging/fate.ts';
import type { Publisher } from '../messaging/publisher.ts';
import { taskMessage, type TaskRoute } from '../messaging/message.ts';
import type { Numbered, Outbox } from './outbox.ts';
import type { PublishOptions } from './options.ts';
import type { Outgoing } from './task-line.ts';

/** Groups on their way to the disk while earlier ones are sent. */
const groupsAhead = 16;

export interface Sending {
  readonly publisher: Publisher;
  readonly outbox: Outbox;
  /** Tasks that are not in the outbox yet. */
  readonly groups: AsyncGenerator<Outgoing[], void, undefined>;
  readonly route: Omit<TaskRoute, 'routing_key'>;
  /** Send no more. */
  readonly stop: AbortSignal;
  readonly onFate: (fate: Fate) => void;
  readonly onStep: PublishOptions['onStep'];
}

/** Ends when all that was sent is settled. Throws what reading or journaling throws. */
export async function sendAll(sending: Sending): Promise<void> {
  const { publisher, stop } = sending;
  const failure = new AbortController();
  for await (const { safe } of ahead(journaled(sending), groupsAhead)) {
    for (const numbered of await safe) {
      await publisher.ready();
      if (stop.aborted || failure.signal.aborted) break;
      send(numbered).catch((error: unknown) => failure.abort(error));
    }
    if (stop.aborted || failure.signal.aborted) break;
  }
  await publisher.drained();
  failure.signal.throwIfAborted();

  async function send({ number, task }: Numbered): Promise<void> {
    const route = { ...sending.route, routing_key: task.routing_key };
    sending.onStep?.('journaled', number);
    const settled = publisher.publish(taskMessage(task.id, task.content, route));
    sending.onStep?.('sent', number);
    const fate = await settled;
    sending.onStep?.('confirmed', number);
    sending.outbox.settle(number, fate);
    sending.onFate(fate);
  }
}

interface Journaled {
  /** In an object, because a generator waits for a promise that it yields. */
  readonly safe: Promise<Numbered[]>;
}

/** What an earlier publish left comes first. */
async function* journaled({
  outbox,
  groups,
  stop,
}: Sending): AsyncGenerator<Journaled, void, undefined> {
  for await (const group of outbox.unconfirmed()) {
    if (stop.aborted) return;
    yield { safe: Promise.resolve(group) };
  }
  try {
    for await (const group of groups) {
      const safe = outbox.append(group);
      // The consumer throws it, later.
      safe.catch(() => undefined);
      yield { safe };
    }
    await outbox.end();
  } catch (error) {
    // A stream that is stopped ends with an error.
    if (!stop.aborted) throw error;
  }
}

/**
 * Lets a generator run ahead of its consumer, by up to `by` items, and by no less than half as
 * many.
 */
async function* ahead<T>(
  source: AsyncGenerator<T, void, undefined>,
  by: number,
): AsyncGenerator<T, void, undefined> {
  // A generator answers calls of next in their order, and works on the first without waiting for
  // its taker.
  const next = async (): Promise<IteratorResult<T, void>> => source.next();
  const waiting = Array.from({ length: by }, next);
  try {
    for (let taken = waiting.shift(); taken !== undefined; taken = waiting.shift()) {
      const { done, value } = await taken;
      if (done === true) return;
      // Many at once: what is asked for together reaches the disk together.
      if (waiting.length <= by / 2) while (waiting.length < by) waiting.push(next());
      yield value;
    }
  } finally {
    // Not waited for: it may be in the midst of something that never ends.
    void Promise.allSettled([...waiting, source.return()]);
  }
}
