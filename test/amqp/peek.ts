// Takes a message with the bytes that the broker sent of it.
import { connect } from 'amqplib';
import { broker } from '../broker.ts';

export interface Peeked {
  readonly exchange: string;
  readonly key: Buffer;
  readonly properties: Buffer;
  readonly content: Buffer;
}

/** Takes the next message, on a connection of its own. */
export async function peek(vhost: string, queue: string): Promise<Peeked> {
  const own = await connect(`${broker.amqpUrl}/${vhost}`);
  const getting = await own.createChannel();
  const frames: Buffer[] = [];
  const receiver = own.connection as unknown as { rest: Buffer; recvFrame(): unknown };
  const receive = receiver.recvFrame.bind(receiver);
  receiver.recvFrame = () => {
    const { rest } = receiver;
    const length = rest.length < 7 ? Infinity : 8 + rest.readUInt32BE(3);
    if (rest.length < length) return receive();
    frames.push(Buffer.from(rest.subarray(7, length - 1)));
    // amqplib fails on some of these properties, so it gets none.
    if (rest[0] === 2) {
      const bare = [rest.subarray(0, 3), [0, 0, 0, 14], rest.subarray(7, 19), [0, 0, 0xce]];
      receiver.rest = Buffer.concat([
        ...bare.map((one) => Buffer.from(one)),
        rest.subarray(length),
      ]);
      return receive.call(receiver);
    }
    return receive();
  };
  const message = await getting.get(queue);
  await own.close();
  if (message === false) throw new Error(`${queue} is empty`);
  const [method, header] = frames as [Buffer, Buffer];
  const exchangeAt = 4 + 8 + 1;
  const keyAt = exchangeAt + 1 + method.readUInt8(exchangeAt);
  return {
    exchange: message.fields.exchange,
    key: method.subarray(keyAt + 1, keyAt + 1 + method.readUInt8(keyAt)),
    properties: header.subarray(12),
    content: message.content,
  };
}
