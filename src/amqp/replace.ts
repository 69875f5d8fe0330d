// Deletes an exchange or a queue and declares it anew, with its bindings, without waiting in between.
import type { Channel, Replies } from 'amqplib';
import type { Binding, Exchange, Queue } from '../topology/object.ts';
import { toAmqpError, type AmqpError } from './amqp-error.ts';
import type { OnlyIf } from './delete.ts';
import { renderBind, renderDeclare } from './frames.ts';
import { check, rehearseBinds } from './rehearse.ts';
import { methods, sendUnanswered, type Frame } from './wire.ts';

export type Replaced =
  /** `lost`: the ready messages that went with the queue. */
  | { readonly kind: 'replaced'; readonly lost: number }
  /** Nothing was deleted. */
  | { readonly kind: 'untouched'; readonly error: AmqpError }
  /** The queue holds so many ready messages, which is more than may go. Nothing was deleted. */
  | { readonly kind: 'too-many'; readonly ready: number }
  /** Deleted, or perhaps deleted, and not all back. `lost` is undefined where the delete had no answer. */
  | { readonly kind: 'broken'; readonly error: AmqpError; readonly lost: number | undefined };

/**
 * Throws NotInAmqp, before anything is sent, where the new object can't be said over AMQP. `atMost`: so many ready
 * messages of a queue may go; they are counted just before.
 */
export async function replaceAtOnce(
  channel: Channel,
  after: Exchange | Queue,
  bindings: readonly Binding[],
  onlyIf: OnlyIf,
  atMost?: number,
): Promise<Replaced> {
  const declare = renderDeclare(after);
  const binds = bindings.map(renderBind);
  const refusal = await rehearseBinds(channel, after, binds);
  if (refusal !== undefined) return { kind: 'untouched', error: refusal };

  const { kind, name } = after;
  if (kind === 'queue' && atMost !== undefined) {
    const ready = await countReady(channel, name);
    if (typeof ready !== 'number') return { kind: 'untouched', error: ready };
    if (ready > atMost) return { kind: 'too-many', ready };
  }
  const deleting =
    kind === 'queue' ? channel.deleteQueue(name, onlyIf) : channel.deleteExchange(name);
  sendWhatCanBe(channel, [declare, ...binds]);
  const [deleted, checked] = await Promise.allSettled([deleting, check(channel, after)]);
  return toReplaced(deleted, checked);
}

async function countReady(channel: Channel, name: string): Promise<number | AmqpError> {
  try {
    return (await channel.checkQueue(name)).messageCount;
  } catch (error) {
    return toAmqpError(error);
  }
}

type Deleted = PromiseSettledResult<Replies.DeleteQueue | Replies.Empty>;

function toReplaced(deleted: Deleted, checked: PromiseSettledResult<void>): Replaced {
  if (deleted.status === 'rejected') {
    const error = toAmqpError(deleted.reason);
    return isOfDelete(error)
      ? { kind: 'untouched', error }
      : { kind: 'broken', error, lost: undefined };
  }
  const lost = 'messageCount' in deleted.value ? deleted.value.messageCount : 0;
  if (checked.status === 'fulfilled') return { kind: 'replaced', lost };
  return { kind: 'broken', error: toAmqpError(checked.reason), lost };
}

/** If even the declaration can't be sent, for the size of its arguments, the object is missing in the check. */
function sendWhatCanBe(channel: Channel, frames: readonly Frame[]): void {
  try {
    for (const frame of frames) sendUnanswered(channel, frame);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  }
}

function isOfDelete({ method }: AmqpError): boolean {
  return method === methods.queueDelete || method === methods.exchangeDelete;
}
