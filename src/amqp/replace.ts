// Deletes an exchange or a queue and declares it anew, with its bindings, without waiting in between.
import type { Channel, Replies } from 'amqplib';
import { type Exchange, type Queue, isQueue } from '../topology/object.ts';
import { toAmqpError, type AmqpError } from './amqp-error.ts';
import { errorOn, notImplemented } from './closed-by.ts';
import type { OnlyIf } from './delete.ts';
import { renderDeclare } from './frames.ts';
import { check } from './rehearse.ts';
import { ignoreUnbound, methods, sendUnanswered, type Frame } from './wire.ts';

export type Replaced =
  /** `lost`: the ready messages that went with the queue. */
  | { readonly kind: 'replaced'; readonly lost: number }
  /** Somebody has declared it otherwise meanwhile: nothing was done. */
  | { readonly kind: 'changed' }
  /** Nothing was deleted; but what was to be unbound before may be. */
  | { readonly kind: 'untouched'; readonly error: AmqpError }
  /** The queue holds so many ready messages, which is more than may go. Nothing was deleted. */
  | { readonly kind: 'too-many'; readonly ready: number }
  /** Deleted, or perhaps deleted, and not all back. `lost` is undefined where the delete had no answer. */
  | { readonly kind: 'broken'; readonly error: AmqpError; readonly lost: number | undefined };

export interface Frames {
  /** Declares what is to be deleted: where it is another by then, the broker refuses that and does nothing of the rest. */
  readonly expected: Frame | undefined;
  /** Bindings from an exchange, taken off before it is deleted: it goes only if it has no other then. */
  readonly unbinds: readonly Frame[];
  readonly binds: readonly Frame[];
}

/**
 * Throws NotInAmqp, before anything is sent, where the new object can't be said over AMQP. `atMost`: so many ready
 * messages of a queue may go; they are counted just before.
 */
export async function replaceAtOnce(
  channel: Channel,
  after: Exchange | Queue,
  { expected, unbinds, binds }: Frames,
  onlyIf: OnlyIf,
  atMost?: number,
): Promise<Replaced> {
  const declare = renderDeclare(after);
  if (isQueue(after) && atMost !== undefined) {
    const ready = await countReady(channel, after.name);
    if (typeof ready !== 'number') return { kind: 'untouched', error: ready };
    if (ready > atMost) return { kind: 'too-many', ready };
  }
  ignoreUnbound(channel);
  if (expected) sendWhatCanBe(channel, [expected]);
  sendWhatCanBe(channel, unbinds);
  const deleting = sendDelete(channel, after, onlyIf);
  sendWhatCanBe(channel, [declare, ...binds]);
  const [deleted, checked] = await Promise.allSettled([deleting, check(channel, after)]);
  return toReplaced(channel, after, deleted, checked);
}

async function sendDelete(
  channel: Channel,
  { kind, name }: Exchange | Queue,
  onlyIf: OnlyIf,
): Promise<Replies.DeleteQueue | Replies.Empty> {
  return kind === 'queue'
    ? channel.deleteQueue(name, onlyIf)
    : channel.deleteExchange(name, { ifUnused: onlyIf.ifUnused });
}

async function countReady(channel: Channel, name: string): Promise<number | AmqpError> {
  try {
    return (await channel.checkQueue(name)).messageCount;
  } catch (error) {
    return toAmqpError(error);
  }
}

type Deleted = PromiseSettledResult<Replies.DeleteQueue | Replies.Empty>;

function toReplaced(
  channel: Channel,
  { name }: Exchange | Queue,
  deleted: Deleted,
  checked: PromiseSettledResult<void>,
): Replaced {
  if (deleted.status === 'rejected') {
    const error = errorOn(channel, name, deleted.reason);
    if (isInequivalent(error)) return { kind: 'changed' };
    return isBeforeDelete(error)
      ? { kind: 'untouched', error }
      : { kind: 'broken', error, lost: undefined };
  }
  const lost = 'messageCount' in deleted.value ? deleted.value.messageCount : 0;
  if (checked.status === 'fulfilled') return { kind: 'replaced', lost };
  return { kind: 'broken', error: toAmqpError(checked.reason), lost };
}

/** If even the declaration can't be sent, for the size of its arguments or because the channel is gone, the object is missing in the check. */
function sendWhatCanBe(channel: Channel, frames: readonly Frame[]): void {
  try {
    for (const frame of frames) sendUnanswered(channel, frame);
  } catch {
    // Nothing that was sent before may stay without what comes after.
  }
}

const isInequivalent = ({ method, code, reason }: AmqpError): boolean =>
  declares.includes(method) && code === preconditionFailed && reason.includes('inequivalent arg');

const preconditionFailed = 406;

/** Of the two declarations, only the first comes before the answer to the delete. */
const declares: readonly (number | undefined)[] = [methods.queueDeclare, methods.exchangeDeclare];

const untilDeleted: readonly (number | undefined)[] = [
  ...declares,
  methods.queueUnbind,
  methods.exchangeUnbind,
  methods.queueDelete,
  methods.exchangeDelete,
];

/** Of an error that came in place of the answer to the delete: whether the broker refused it, or what was sent before. */
function isBeforeDelete({ method, code }: AmqpError): boolean {
  return untilDeleted.includes(method) || code === notImplemented;
}
