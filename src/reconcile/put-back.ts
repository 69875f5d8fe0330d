// Puts back what an earlier apply took away and didn't bring back.
import { addressOf } from '../topology/identity.ts';
import type { Address } from '../topology/address.ts';
import type { Queue, TopologyObject } from '../topology/object.ts';
import type { Writer } from './broker.ts';
import { carriedAtOnce, forEachParallel } from './parallel.ts';
import type { Unfinished } from './unfinished.ts';

export interface NotBack {
  readonly address: Address;
  readonly reason: string;
}

export interface PutBackOptions {
  readonly parallel: number;
  readonly drainTimeout: number;
  /** Once aborted, nothing more is begun. */
  readonly stop: AbortSignal;
  readonly beforeEach: () => Promise<void>;
  readonly onMoved?: (queue: Queue, messages: number) => void;
}

/**
 * Puts back what it can; returns the failures, with reasons. A queue is carried over once its
 * bindings' sources are back.
 */
export async function putBack(
  { owed }: Unfinished,
  writer: Writer,
  { parallel, drainTimeout, stop, beforeEach, onMoved }: PutBackOptions,
): Promise<NotBack[]> {
  const failed: NotBack[] = [];
  const attempt = async (object: TopologyObject, write: () => Promise<unknown>): Promise<void> => {
    try {
      await beforeEach();
      stop.throwIfAborted();
      await write();
    } catch (error) {
      failed.push({ address: addressOf(object), reason: (error as Error).message });
    }
  };
  const replaced = owed.flatMap((one) => one.replaced);
  await forEachParallel(replaced, parallel, ({ before, after }) =>
    attempt(after, () => writer.restore(before, after)),
  );
  await forEachParallel(
    owed.flatMap((one) => one.carried),
    Math.min(parallel, carriedAtOnce),
    ({ before, after, parking, bindings }) => {
      const tell = (messages: number): void => onMoved?.(after, messages);
      const carry = { parking, drainTimeout, onMoved: tell };
      return attempt(after, () => writer.carryOver(before, after, bindings, carry));
    },
  );
  const bindings = owed.flatMap((one) => one.bindings);
  await forEachParallel(bindings, parallel, (binding) =>
    attempt(binding, () => writer.put(binding)),
  );
  return failed;
}
