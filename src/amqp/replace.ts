// Deletes an exchange or a queue and declares it again with its bindings, without waiting in
// between.
import type { Channel, Replies } from 'amqplib';
import { type Exchange, type Queue, isQueue } from '../topology/object.ts';
import { toAmqpError, type AmqpError } from './amqp-error.ts';
import { errorOn, notImplemented } from './closed-by.ts';
import { countQueue } from './count.ts';
import type { OnlyIf } from './delete.ts';
import { renderDeclare } from './frames.ts';
import { check } from './rehearse.ts';
import { ignoreUnbound, methods, sendUnanswered, type Frame } from './wire.ts';

export type Replaced =
  /** `lost`: the ready messages deleted with the queue. */
  | { readonly kind: 'replaced'; readonly lost: number }
  /** Someone has declared it differently meanwhile: nothing was done. */
  | { readonly kind: 'changed' }
  /** Nothing was deleted; but bindings that had to go first may be gone. */
  | { readonly kind: 'untouched'; readonly error: AmqpError }
  /** More messages are ready than may be lost. Nothing was deleted. */
  | { readonly kind: 'too-many'; readonly ready: number }
  /**
   * Deleted, or maybe deleted, and not all back. `lost` is undefined if the delete had no answer.
   */
  | { readonly kind: 'broken'; readonly error: AmqpError; readonly lost: number | undefined };

export interface Frames {
  /**
   * Declares the object that will be deleted: if it has changed, the broker refuses, and does
   * nothing that follows.
   */
  readonly expected: Frame | undefined;
  /**
   * Bindings from an exchange, removed before it is deleted: the delete fails if it has any others.
   */
  readonly unbinds: readonly Frame[];
  readonly binds: readonly Frame[];
}

/**
 * Throws NotInAmqp, before sending anything, if AMQP can't express the new object. `atMost`: the
 * ready messages that may be lost; they are counted just before.
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
  ignoreUnbound(channel, unbinds);
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
    return (await countQueue(channel, name)).ready;
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

/**
 * If not even the declaration can be sent, because of its size or a closed channel, the check finds
 * the object missing.
 */
function sendWhatCanBe(channel: Channel, frames: readonly Frame[]): void {
  try {
    for (const frame of frames) sendUnanswered(channel, frame);
  } catch {
    // What was sent before must not stay without what follows.
  }
}

const isInequivalent = ({ method, code, reason }: AmqpError): boolean =>
  declares.includes(method) && code === preconditionFailed && reason.includes('inequivalent arg');

const preconditionFailed = 406;

/** Of the two declarations, only the first precedes the answer to the delete. */
const declares: readonly (number | undefined)[] = [methods.queueDeclare, methods.exchangeDeclare];

const untilDeleted: readonly (number | undefined)[] = [
  ...declares,
  methods.queueUnbind,
  methods.exchangeUnbind,
  methods.queueDelete,
  methods.exchangeDelete,
];

/**
 * For an error instead of an answer to the delete: whether the broker refused the delete, or a
 * request before it.
 */
function isBeforeDelete({ method, code }: AmqpError): boolean {
  return untilDeleted.includes(method) || code === notImplemented;
}
