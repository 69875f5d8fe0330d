// Messages byte by byte, as any client may send them: amqplib writes less than it reads.
import type { Channel } from 'amqplib';

/** A field's value on the wire, with the tag that says its type. */
export type RawValue = Buffer;

export interface RawProperties {
  readonly contentType?: Buffer;
  readonly contentEncoding?: Buffer;
  /** A table, without its length. */
  readonly headers?: Buffer;
  readonly priority?: number;
  readonly correlationId?: Buffer;
  readonly replyTo?: Buffer;
  readonly messageId?: Buffer;
  readonly timestamp?: bigint;
  readonly type?: Buffer;
  readonly appId?: Buffer;
}

export interface RawMessage {
  readonly exchange: string;
  readonly routing_key: Buffer;
  readonly properties: RawProperties;
  readonly content: Buffer;
}

const u8 = (value: number): Buffer => Buffer.from([value]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
};
const short = (bytes: Buffer): Buffer => Buffer.concat([u8(bytes.length), bytes]);
const long = (bytes: Buffer): Buffer => Buffer.concat([u32(bytes.length), bytes]);

export const tagged = (tag: string, bytes: Buffer): RawValue =>
  Buffer.concat([Buffer.from(tag), bytes]);
export const text = (value: string | Buffer): RawValue => tagged('S', long(Buffer.from(value)));
export const int = (value: number): RawValue => tagged('I', u32(value));
export const bytes = (value: Buffer): RawValue => tagged('x', long(value));
export const timestamp = (value: bigint): RawValue => tagged('T', u64(value));
export const list = (items: readonly RawValue[]): RawValue =>
  tagged('A', long(Buffer.concat(items)));
export const nested = (table: Buffer): RawValue => tagged('F', long(table));
export const double = (value: number): RawValue => {
  const encoded = Buffer.alloc(8);
  encoded.writeDoubleBE(value);
  return tagged('d', encoded);
};

type Field = readonly [name: string | Buffer, value: RawValue];

export const table = (fields: readonly Field[]): Buffer =>
  Buffer.concat(fields.flatMap(([name, value]) => [short(Buffer.from(name)), value]));

/** A table nested this deep, each with one unnamed field: too deep for a recursive decoder. */
export function deepTable(depth: number): Buffer {
  const all = Buffer.alloc(6 * depth);
  for (let at = 0; at < all.length; at += 6) {
    all.write('F', at + 1);
    all.writeUInt32BE(all.length - at - 6, at + 2);
  }
  return all;
}

/** Behind what was sent on this channel. */
export function sendRaw(channel: Channel, message: RawMessage): void {
  const own = channel as unknown as {
    readonly ch: number;
    readonly connection: {
      readonly frameMax: number;
      readonly channels: readonly { buffer: NodeJS.WritableStream }[];
    };
    pushConfirmCallback(callback: null): void;
  };
  own.connection.channels[own.ch]?.buffer.write(framesOf(message, own.ch, own.connection.frameMax));
  // A confirm channel counts what was sent.
  own.pushConfirmCallback(null);
}

function framesOf(
  { exchange, routing_key, properties, content }: RawMessage,
  channel: number,
  most: number,
): Buffer {
  const publish = [u32((60 << 16) + 40), u8(0), u8(0)];
  const method = [...publish, short(Buffer.from(exchange)), short(routing_key), u8(0)];
  const header = [u32(60 << 16), u64(BigInt(content.length)), renderProperties(properties)];
  const frames = [
    frame(1, channel, Buffer.concat(method)),
    frame(2, channel, Buffer.concat(header)),
  ];
  for (let at = 0; at < content.length; at += most - 8)
    frames.push(frame(3, channel, content.subarray(at, at + most - 8)));
  return Buffer.concat(frames);
}

function frame(type: number, channel: number, payload: Buffer): Buffer {
  return Buffer.concat([u8(type), u8(0), u8(channel), long(payload), u8(0xce)]);
}

/** In the order of their flags, from the highest. */
export function renderProperties(given: RawProperties): Buffer {
  const { contentType, contentEncoding, headers, priority, correlationId, replyTo } = given;
  const { messageId, timestamp: time, type, appId } = given;
  const all: [bit: number, value: Buffer | undefined][] = [
    [15, contentType && short(contentType)],
    [14, contentEncoding && short(contentEncoding)],
    [13, headers && long(headers)],
    [12, u8(2)],
    [11, priority === undefined ? undefined : u8(priority)],
    [10, correlationId && short(correlationId)],
    [9, replyTo && short(replyTo)],
    [7, messageId && short(messageId)],
    [6, time === undefined ? undefined : u64(time)],
    [5, type && short(type)],
    [3, appId && short(appId)],
  ];
  const there = all.flatMap(([bit, value]) => (value === undefined ? [] : [{ bit, value }]));
  const flags = there.reduce((sum, { bit }) => sum + 2 ** bit, 0);
  return Buffer.concat([u32(flags).subarray(2), ...there.map(({ value }) => value)]);
}
