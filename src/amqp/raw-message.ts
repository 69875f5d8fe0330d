// Takes and sends messages with their properties as bytes. amqplib decodes and encodes them, and so
// changes the types of numbers in headers, or fails on what other clients may send.
import type { Channel, ChannelModel, Message } from 'amqplib';
import type { Duplex } from 'node:stream';

export interface RawMessage {
  readonly tag: number;
  readonly routingKey: Buffer;
  /** Flags and values as on the wire. */
  readonly properties: Buffer;
  readonly content: Buffer;
}

/** What amqplib's Connection has, but doesn't export. `rest`: bytes that are no frame yet. */
interface Receiver {
  rest: Buffer;
  readonly stream: Duplex;
  recvSinceLastCheck: boolean;
  recvFrame(): unknown;
}

interface Sender {
  readonly connection: {
    readonly frameMax: number;
    readonly channels: readonly { readonly buffer: { write(bytes: Buffer): boolean } }[];
    sentSinceLastCheck: boolean;
  };
  readonly ch: number;
}

/** Frames: type, channel, size; payload; end. */
const [head, tail, end] = [7, 1, 0xce];
const frames = { method: 1, header: 2, body: 3 } as const;
const basic = 60;
const [publish, deliver] = [(basic << 16) + 40, (basic << 16) + 60];
const getOk = (basic << 16) + 71;
/** A content header's class, weight and body size. */
const headerFields = 12;

/** Holds back a connection that brings more than can be sent on. */
export interface Valve {
  shut(): void;
  open(): void;
}

const valves = new WeakMap<ChannelModel, Valve>();

/** From now on, this connection's deliveries are for `toRaw` only. */
export function receiveRaw(model: ChannelModel): Valve {
  const known = valves.get(model);
  if (known !== undefined) return known;
  const receiver = model.connection as unknown as Receiver;
  const receive = receiver.recvFrame.bind(receiver);
  let beat: NodeJS.Timeout | undefined;
  receiver.recvFrame = () => (beat === undefined ? (takeRaw(receiver) ?? receive()) : false);
  const valve = {
    shut: () => {
      // What isn't read says nothing of a broker that has died.
      beat ??= setInterval(() => (receiver.recvSinceLastCheck = true), 1_000);
    },
    open: () => {
      if (beat === undefined) return;
      clearInterval(beat);
      beat = undefined;
      receiver.stream.emit('readable');
    },
  };
  model.on('close', () => {
    clearInterval(beat);
  });
  valves.set(model, valve);
  return valve;
}

/** Undefined if the next frame is of another kind, or not whole yet. */
function takeRaw(receiver: Receiver): object | undefined {
  const { rest } = receiver;
  if (rest.length < head) return undefined;
  const length = head + rest.readUInt32BE(3) + tail;
  if (rest.length < length || rest[length - 1] !== end) return undefined;
  const channel = rest.readUInt16BE(1);
  const payload = rest.subarray(head, length - tail);
  const frame = parse(rest[0], payload);
  if (frame === undefined) return undefined;
  receiver.rest = rest.subarray(length);
  return { ...frame, channel };
}

function parse(type: number | undefined, payload: Buffer): object | undefined {
  if (type === frames.header) {
    const size = Number(payload.readBigUInt64BE(4));
    return { id: payload.readUInt16BE(0), size, fields: payload.subarray(headerFields) };
  }
  if (type === frames.method && payload.readUInt32BE(0) === getOk) return parseGetOk(payload);
  if (type !== frames.method || payload.readUInt32BE(0) !== deliver) return undefined;
  const [consumerTag, afterTag] = shortText(payload, 4);
  const [, afterExchange] = shortText(payload, afterTag + 9);
  const [routingKey] = shortText(payload, afterExchange);
  const deliveryTag = Number(payload.readBigUInt64BE(afterTag));
  return { id: deliver, fields: { consumerTag: consumerTag.toString(), deliveryTag, routingKey } };
}

function parseGetOk(payload: Buffer): object {
  const [, afterExchange] = shortText(payload, 13);
  const [routingKey] = shortText(payload, afterExchange);
  return { id: getOk, fields: { deliveryTag: Number(payload.readBigUInt64BE(4)), routingKey } };
}

function shortText(bytes: Buffer, at: number): [text: Buffer, after: number] {
  const after = at + 1 + bytes.readUInt8(at);
  return [bytes.subarray(at + 1, after), after];
}

/** What amqplib made of a delivery on a connection of `receiveRaw`. */
export function toRaw({ fields, properties, content }: Message): RawMessage {
  const { deliveryTag, routingKey } = fields as unknown as {
    deliveryTag: number;
    routingKey: Buffer;
  };
  return { tag: deliveryTag, routingKey, properties: properties as unknown as Buffer, content };
}

/** Mandatory. The channel may bring a `return`, and brings an `ack` or a `nack` if it confirms. */
export function publishRaw(
  channel: Channel,
  exchange: string,
  { routingKey, properties, content }: RawMessage,
): void {
  const { connection, ch } = channel as unknown as Sender;
  const method = Buffer.concat([
    publishing,
    shortString(Buffer.from(exchange)),
    shortString(routingKey),
    mandatory,
  ]);
  const about = Buffer.alloc(headerFields);
  about.writeUInt16BE(basic, 0);
  about.writeBigUInt64BE(BigInt(content.length), 4);
  const bytes = [
    frame(frames.method, ch, method),
    frame(frames.header, ch, Buffer.concat([about, properties])),
  ];
  const most = connection.frameMax - head - tail;
  for (let at = 0; at < content.length; at += most)
    bytes.push(frame(frames.body, ch, content.subarray(at, at + most)));
  connection.sentSinceLastCheck = true;
  connection.channels[ch]?.buffer.write(Buffer.concat(bytes));
}

/** Class, method, and a field that RabbitMQ ignores. */
const publishing = Buffer.alloc(6);
publishing.writeUInt32BE(publish, 0);
const mandatory = Buffer.from([1]);

const shortString = (text: Buffer): Buffer => Buffer.concat([Buffer.from([text.length]), text]);

function frame(type: number, channel: number, payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(head + payload.length + tail);
  bytes.writeUInt8(type, 0);
  bytes.writeUInt16BE(channel, 1);
  bytes.writeUInt32BE(payload.length, 3);
  payload.copy(bytes, head);
  bytes.writeUInt8(end, head + payload.length);
  return bytes;
}
