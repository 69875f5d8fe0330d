// Reads single properties of a message as they are on the wire, without decoding the whole.
import { fieldsOf } from './field-table.ts';

/** Where each property stands among the flags, in the order of the bytes. */
const order = [
  ['content_type', 'text'],
  ['content_encoding', 'text'],
  ['headers', 'table'],
  ['delivery_mode', 'octet'],
  ['priority', 'octet'],
  ['correlation_id', 'text'],
  ['reply_to', 'text'],
  ['expiration', 'text'],
  ['message_id', 'text'],
  ['timestamp', 'time'],
  ['type', 'text'],
  ['user_id', 'text'],
  ['app_id', 'text'],
  ['cluster_id', 'text'],
] as const;

export type PropertyName = (typeof order)[number][0];

/** Those that are texts. */
export const textProperties = order.filter(([, type]) => type === 'text').map(([name]) => name);

export const isTextProperty = (name: string): name is PropertyName =>
  textProperties.some((one) => one === name);

const flagBytes = 2;
const firstFlag = 15;

/** The bytes of a property, without the length before them; undefined if it is not there. */
export function propertyOf(properties: Buffer, wanted: PropertyName): Buffer | undefined {
  const range = rangeOf(properties, wanted);
  return range && properties.subarray(range.start, range.end);
}

function rangeOf(
  properties: Buffer,
  wanted: PropertyName,
): { start: number; end: number } | undefined {
  const flags = properties.readUInt16BE(0);
  let at = flagBytes;
  for (const [index, [name, type]] of order.entries()) {
    if ((flags & (1 << (firstFlag - index))) === 0) continue;
    const [start, end] = extent(properties, at, type);
    if (name === wanted) return { start, end };
    at = end;
  }
  return undefined;
}

function extent(bytes: Buffer, at: number, type: (typeof order)[number][1]): [number, number] {
  switch (type) {
    case 'text':
      return [at + 1, at + 1 + bytes.readUInt8(at)];
    case 'table':
      return [at + 4, at + 4 + bytes.readUInt32BE(at)];
    case 'octet':
      return [at, at + 1];
    case 'time':
      return [at, at + 8];
  }
}

const longText = 'S';

/** By their tags. */
const integers: Readonly<Record<string, (value: Buffer) => number | bigint>> = {
  b: (value) => value.readInt8(0),
  B: (value) => value.readUInt8(0),
  s: (value) => value.readInt16BE(0),
  u: (value) => value.readUInt16BE(0),
  I: (value) => value.readInt32BE(0),
  i: (value) => value.readUInt32BE(0),
  l: (value) => value.readBigInt64BE(0),
};

/** The value of a header that is a text or an integer. */
export function headerOf(properties: Buffer, wanted: string): string | number | bigint | undefined {
  const headers = fieldsOf(propertyOf(properties, 'headers') ?? Buffer.alloc(0));
  const field = headers.find(({ name }) => name === wanted);
  if (field?.tag === longText) return field.value.toString();
  return field && integers[field.tag]?.(field.value);
}

/** The broker adds these to what it delivers; they are about the queue. */
const ofDelivery: ReadonlySet<string> = new Set(['x-delivery-count', 'x-acquired-count']);

/** Properties of a delivery, as they came to the broker. */
export function asPublished(properties: Buffer): Buffer {
  const range = rangeOf(properties, 'headers');
  if (range === undefined) return properties;
  const fields = fieldsOf(properties.subarray(range.start, range.end));
  const kept = fields.filter(({ name }) => !ofDelivery.has(name));
  if (kept.length === fields.length) return properties;
  const table = Buffer.concat(kept.map(({ bytes }) => bytes));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(table.length);
  const [before, after] = [properties.subarray(0, range.start - 4), properties.subarray(range.end)];
  return Buffer.concat([before, length, table, after]);
}
