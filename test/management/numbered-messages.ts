// Messages that carry their number, and properties and headers that follow from it.
import { isDeepStrictEqual } from 'node:util';
import type { ConsumeMessage, Options } from 'amqplib';

/** On the clock of performance.now(). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Delivery {
  readonly n: number;
  /** How often the worker had been interrupted before. */
  readonly interrupted: number;
  readonly redelivered: boolean;
  /** Whether body, properties and headers are as they were published. */
  readonly isWhole: boolean;
}

const content = Buffer.from('x');

/** The same priority for all: quorum queues of RabbitMQ 4.3 sort by it. */
const propertiesOf = (n: number) => ({
  ...{ deliveryMode: 2, messageId: String(n), correlationId: `c${n}`, type: `t${n % 7}` },
  ...{ contentType: 'text/plain', priority: 3, timestamp: n, appId: 'shop' },
  headers: { n, text: `é ${n}`, half: n + 0.5, list: [n, { deep: true }] },
});

export const toPublish = (n: number): { body: Buffer; options: Options.Publish } => ({
  body: content,
  options: { ...propertiesOf(n), mandatory: true },
});

/** RabbitMQ adds headers of its own to what it redelivers; the second one from 4.3 on. */
const ofDelivery: readonly string[] = ['x-delivery-count', 'x-acquired-count'];

export function isAsPublished(message: ConsumeMessage, n: number): boolean {
  const { headers, ...properties } = message.properties;
  const others = Object.entries(headers ?? {}).filter(([key]) => !ofDelivery.includes(key));
  const found: Record<string, unknown> = { ...properties, headers: Object.fromEntries(others) };
  return (
    message.content.equals(content) &&
    Object.entries(propertiesOf(n)).every(([key, value]) => isDeepStrictEqual(found[key], value))
  );
}
