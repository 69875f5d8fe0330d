// What becomes of a message that is published, as the broker's answers and refusals say.
import type { AmqpError } from '../../amqp/amqp-error.ts';

export interface Sent {
  /** '' is the default exchange, which routes to the queue that the routing key names. */
  readonly exchange: string;
  readonly routing_key: string;
  readonly content: Buffer;
}

export type Fate =
  /** Routed to at least one queue, and safe there. */
  | { readonly kind: 'confirmed' }
  /** Confirmed, but no queue took it. */
  | { readonly kind: 'returned'; readonly reason: string }
  /**
   * Refused by a queue (`reject-publish`), or by the broker: no such exchange, no right to it, too
   * large. `isFinal`: AMQP can't carry the message, or the broker takes none so large, so that no
   * other try will do.
   */
  | { readonly kind: 'refused'; readonly reason: string; readonly isFinal?: true };

export const nacked: Fate = {
  kind: 'refused',
  reason: 'a queue is full and rejects what is published',
};

export const unfit = (reason: string): Fate => ({ kind: 'refused', reason, isFinal: true });

/** `returned`: the reason, if the broker gave the message back before it confirmed it. */
export const onceConfirmed = (returned: string | undefined): Fate =>
  returned === undefined ? { kind: 'confirmed' } : { kind: 'returned', reason: returned };

/** Of a message that is to blame. */
export const refusedFor = ({ reason }: AmqpError): Fate =>
  tooLarge.test(reason) ? unfit(reason) : { kind: 'refused', reason };

const tooLarge = /larger than (?:configured )?max size (\d+)/;

/**
 * The broker's words name the exchange, or the largest size: 404 no such exchange, 403 no right to
 * it, 406 too large.
 */
export function isToBlame(
  { exchange, routing_key, content }: Sent,
  { reason }: AmqpError,
): boolean {
  const size = tooLarge.exec(reason)?.[1];
  if (size !== undefined) return content.length > Number(size);
  // Rights may also be about the routing key on a topic exchange, and then concern no other.
  if (reason.includes(' to topic '))
    return reason.includes(`'${routing_key}' in exchange '${exchange}'`);
  return reason.includes(`exchange '${exchange}' in vhost`);
}
