import type { Channel } from 'amqplib';
import type { AmqpError } from './amqp-error.ts';
import { errorOn, isClosedForCause } from './closed-by.ts';

/** What the broker is to check, in the same instant as it deletes; of queues, classic ones only. */
export interface OnlyIf {
  readonly ifEmpty: boolean;
  readonly ifUnused: boolean;
}

export type Deleted =
  /** `lost`: the ready messages that went with it. One that was gone already lost none. */
  | { readonly kind: 'deleted'; readonly lost: number }
  /** So many ready messages, which is more than may go. Nothing was deleted. */
  | { readonly kind: 'too-many'; readonly ready: number }
  /** An error without a code: the connection was lost, and nobody knows whether the queue went. */
  | { readonly kind: 'refused'; readonly error: AmqpError }
  /** The broker closed the connection for the sake of another queue, and nobody knows whether this one went. */
  | { readonly kind: 'disturbed'; readonly error: AmqpError };

/** `atMost`: so many ready messages may go. The broker knows no such condition, so they are counted just before. */
export async function deleteQueue(
  channel: Channel,
  name: string,
  onlyIf?: OnlyIf,
  atMost?: number,
): Promise<Deleted> {
  try {
    const ready = atMost === undefined ? 0 : (await channel.checkQueue(name)).messageCount;
    if (ready > (atMost ?? 0)) return { kind: 'too-many', ready };
    const { messageCount } = await channel.deleteQueue(name, onlyIf);
    return { kind: 'deleted', lost: messageCount };
  } catch (error) {
    const refusal = errorOn(channel, name, error);
    const isDisturbed = refusal.code === undefined && isClosedForCause(channel);
    return { kind: isDisturbed ? 'disturbed' : 'refused', error: refusal };
  }
}
