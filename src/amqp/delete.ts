import type { Channel } from 'amqplib';
import type { AmqpError } from './amqp-error.ts';
import { errorOn, isClosedForCause } from './closed-by.ts';
import { countQueue } from './count.ts';

/** What the broker checks as it deletes, in one step; for queues, classic ones only. */
export interface OnlyIf {
  readonly ifEmpty: boolean;
  readonly ifUnused: boolean;
}

export type Deleted =
  /** `lost`: the ready messages deleted with it; 0 if the queue was gone already. */
  | { readonly kind: 'deleted'; readonly lost: number }
  /** More messages are ready than may be lost. Nothing was deleted. */
  | { readonly kind: 'too-many'; readonly ready: number }
  /** Without a code, the connection was lost, and the queue may or may not be gone. */
  | { readonly kind: 'refused'; readonly error: AmqpError }
  /** The broker closed the connection over another queue; this one may or may not be gone. */
  | { readonly kind: 'disturbed'; readonly error: AmqpError };

/**
 * `atMost`: the number of ready messages that may be lost. The broker knows no such condition, so
 * they are counted just before.
 */
export async function deleteQueue(
  channel: Channel,
  name: string,
  onlyIf?: OnlyIf,
  atMost?: number,
): Promise<Deleted> {
  try {
    const ready = atMost === undefined ? 0 : (await countQueue(channel, name)).ready;
    if (ready > (atMost ?? 0)) return { kind: 'too-many', ready };
    const { messageCount } = await channel.deleteQueue(name, onlyIf);
    return { kind: 'deleted', lost: messageCount };
  } catch (error) {
    const refusal = errorOn(channel, name, error);
    const isDisturbed = refusal.code === undefined && isClosedForCause(channel);
    return { kind: isDisturbed ? 'disturbed' : 'refused', error: refusal };
  }
}
