// Counts a delivery's attempt: by our own header, by the quorum queue's count, and by the worker's
// memory.
import type { MessageProperties } from 'amqplib';
import { attemptOf as attemptInHeader } from '../messaging/message.ts';

/** `crashes`: how often this worker ended while it trained the task. From 1. */
export function attemptOf(properties: MessageProperties, crashes: number): number {
  // Quorum queues: how often the message was delivered before, even if nothing was begun; from 4.3
  // on, without those that were handed back.
  const deliveries: unknown = properties.headers?.['x-delivery-count'];
  const earlier = Number.isSafeInteger(deliveries) ? Number(deliveries) : 0;
  return Math.max(attemptInHeader(properties), earlier + 1, crashes + 1);
}
