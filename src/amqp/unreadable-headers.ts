// Headers that amqplib can't decode would end the connection, and the message would come again on the next: they are taken off
// the message before amqplib sees them.
import type { ChannelModel } from 'amqplib';
import { isReadable } from './field-table.ts';

/** Part of amqplib that it does not export. `rest`: what was read from the socket, and is no frame yet. */
interface Receiver {
  rest: Buffer;
  recvFrame(): unknown;
}

/** A delivery whose headers can't be read is a message without headers. */
export function dropUnreadableHeaders(model: ChannelModel): void {
  const receiver = model.connection as unknown as Receiver;
  const receive = receiver.recvFrame.bind(receiver);
  // It calls itself again for each chunk that it reads.
  receiver.recvFrame = () => {
    receiver.rest = withReadableHeaders(receiver.rest);
    return receive();
  };
}

/** Bytes of a frame before what it carries, and behind. */
const [before, behind] = [7, 1];
const contentHeader = 2;
/** Where the properties stand in a content header: behind its class, its weight and the size of the content. */
const flagsAt = before + 12;
/** Bits of the properties that come before the headers, and of the headers. */
const [contentType, contentEncoding, headers] = [0x8000, 0x4000, 0x2000];

/** The same bytes, unless they begin with a whole frame of headers that can't be read. */
function withReadableHeaders(bytes: Buffer): Buffer {
  if (bytes.length < flagsAt + 2 || bytes[0] !== contentHeader) return bytes;
  const size = bytes.readUInt32BE(3);
  const end = before + size;
  if (bytes.length < end + behind) return bytes;
  const flags = bytes.readUInt16BE(flagsAt);
  if ((flags & headers) === 0) return bytes;
  let start = flagsAt + 2;
  for (const flag of [contentType, contentEncoding])
    if ((flags & flag) !== 0) start += 1 + (bytes[start] ?? 0);
  if (start + 4 > end) return bytes;
  const tableEnd = start + 4 + bytes.readUInt32BE(start);
  if (tableEnd > end || isReadable(bytes.subarray(start + 4, tableEnd))) return bytes;
  const frame = Buffer.concat([bytes.subarray(0, start), bytes.subarray(tableEnd)]);
  frame.writeUInt32BE(size - (tableEnd - start), 3);
  frame.writeUInt16BE(flags - headers, flagsAt);
  return frame;
}
