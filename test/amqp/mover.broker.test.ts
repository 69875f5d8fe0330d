import { randomUUID } from 'node:crypto';
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AmqpConnections } from '../../src/amqp/connections.ts';
import { AmqpError } from '../../src/amqp/amqp-error.ts';
import { moveMessages } from '../../src/amqp/move-messages.ts';
import type { Move } from '../../src/amqp/move.ts';
import { propertyOf } from '../../src/amqp/properties.ts';
import type { RawMessage } from '../../src/amqp/raw-message.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy } from '../proxy.ts';
import { sampleOf } from '../sample.ts';
import { drain } from './drain.ts';
import { peek } from './peek.ts';
import {
  bytes,
  deepTable,
  double,
  int,
  list,
  nested,
  sendRaw,
  table,
  text,
  timestamp,
  type RawProperties,
} from './raw-message.ts';
import { hostname, port, target } from './target.ts';

const expected = {
  clusterName: async () =>
    ((await api('GET', 'overview')) as { cluster_name: string }).cluster_name,
  hasQueue: (vhost: string, name: string) =>
    api('GET', `queues/${vhost}/${name}`).then(
      () => true,
      () => false,
    ),
};

let vhost = '';
let model: ChannelModel;
let channel: ConfirmChannel;
let connections: AmqpConnections;
beforeAll(async () => {
  vhost = await freshVhost();
  model = await connect(`${broker.amqpUrl}/${vhost}`);
  channel = await model.createConfirmChannel();
  connections = new AmqpConnections(target, 30_000, expected);
});
afterAll(async () => {
  await connections.close();
  await model.close();
});

interface Way {
  readonly source: string;
  readonly destination: string;
  readonly exchange: string;
}

async function way(from: string, to: string, args: object = {}): Promise<Way> {
  const id = randomUUID().slice(0, 8);
  const names = { source: `from-${id}`, destination: `to-${id}`, exchange: `fan-${id}` };
  const typed = (type: string) => ({ arguments: { 'x-queue-type': type } });
  await channel.assertQueue(names.source, typed(from));
  const { arguments: typing } = typed(to);
  await channel.assertQueue(names.destination, { arguments: { ...typing, ...args } });
  await channel.assertExchange(names.exchange, 'fanout', { durable: false });
  await channel.bindQueue(names.destination, names.exchange, '');
  return names;
}

async function fill(queue: string, count: number, size = 10): Promise<void> {
  const content = Buffer.alloc(size, 'x');
  for (let n = 1; n <= count; n++)
    channel.publish('', queue, content, { persistent: true, messageId: String(n) });
  await channel.waitForConfirms();
}

const moved = (
  { source, exchange }: Way,
  { over = connections, ...more }: Partial<Move> & { over?: AmqpConnections } = {},
) =>
  moveMessages(over, {
    source,
    exchange,
    vhost,
    looks: Infinity,
    limit: Infinity,
    stop: new AbortController().signal,
    patience: 200,
    ...more,
  });

const readyIn = async (queue: string) => (await channel.checkQueue(queue)).messageCount;

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

describe('all messages arrive in order, and the source is empty', () => {
  const types = ['classic', 'quorum'];
  const pairs = types.flatMap((from) => types.map((to) => [from, to] as const));
  test.each(sampleOf(pairs))('from %s to %s', async (from, to) => {
    const names = await way(from, to);
    await fill(names.source, 1_500);
    expect(await moved(names)).toEqual({
      messages: 1_500,
      bytes: 15_000,
      doubtful: 0,
      sentHome: 0,
    });
    expect(await readyIn(names.source)).toBe(0);
    expect(await drain(channel, names.destination)).toEqual(numbers(1, 1_500));
  });
});

test.each(['classic', 'quorum'])('of a %s queue exactly as many as wanted', async (type) => {
  const names = await way(type, 'classic');
  await fill(names.source, 3_000);
  expect(await moved(names, { looks: 3_000, limit: 1_700 })).toMatchObject({ messages: 1_700 });
  await expect.poll(() => readyIn(names.source)).toBe(1_300);
  expect(await drain(channel, names.destination)).toEqual(numbers(1, 1_700));
  const left = await channel.get(names.source, { noAck: true });
  // None was taken that was not moved.
  expect(left).toMatchObject({ fields: { redelivered: false }, properties: { messageId: '1701' } });
});

describe('a message arrives as it was', () => {
  const many: Record<string, RawProperties> = {
    'without properties': {},
    'with every property': {
      ...{ contentType: Buffer.from('a/b'), contentEncoding: Buffer.from('c'), priority: 3 },
      ...{ correlationId: Buffer.from('d'), replyTo: Buffer.from('e'), type: Buffer.from('f') },
      ...{ messageId: Buffer.from('g'), timestamp: 2n ** 40n, appId: Buffer.from([0xff, 0]) },
    },
    'with headers of each type': {
      headers: table([
        ['int', int(5)],
        ['whole double', double(5)],
        ['text', text('5')],
        [Buffer.from([0xfe]), text(Buffer.from([0xff]))],
        ['bytes', bytes(Buffer.from([1, 2]))],
        ['time', timestamp(2n ** 40n)],
        ['list', list([int(1), text('')])],
        ['!', text('a key that amqplib reads as a type')],
        ['nested', nested(table([['__proto__', int(1)]]))],
      ]),
    },
    'with headers nested deeply': { headers: deepTable(2_000) },
    'with another destination among its headers': {
      headers: table([['CC', list([text('bystander')])]]),
    },
  };

  const rows = Object.entries(many).flatMap(([what, properties]) =>
    ['classic', 'quorum'].map((from) => [what, from, properties] as const),
  );
  test.each(rows)('%s, from a %s queue', async (_, from, properties) => {
    const names = await way(from, 'classic');
    const [exchange, twin, bystander] = ['any', 'twin', 'bystander'].map(
      (name) => `${name}-${randomUUID()}`,
    ) as [string, string, string];
    await channel.assertExchange(exchange, 'fanout');
    for (const queue of [twin, bystander]) await channel.assertQueue(queue);
    for (const queue of [twin, names.source]) await channel.bindQueue(queue, exchange, '');
    const [content, key] = [Buffer.from([0, 0xff, 0xce]), Buffer.from([0x61, 0xff, 0])];
    sendRaw(channel, { exchange, routing_key: key, properties, content });
    await channel.waitForConfirms();
    expect(await moved(names)).toEqual({ messages: 1, bytes: 3, doubtful: 0, sentHome: 0 });
    const sent = await peek(vhost, twin);
    expect(await peek(vhost, names.destination)).toEqual({ ...sent, exchange: names.exchange });
    expect(sent).toMatchObject({ key, content });
    expect(await readyIn(bystander)).toBe(0);
  });
});

test('what is wanted of a long quorum queue is moved', async () => {
  const names = await way('quorum', 'classic');
  await fill(names.source, 6_000);
  const isWanted = ({ properties }: RawMessage) =>
    Number(propertyOf(properties, 'message_id')) % 1_000 === 0;
  const result = await moved(names, { isWanted, looks: 6_000 });
  expect(result).toMatchObject({ messages: 6, doubtful: 0, sentHome: 0 });
  await expect.poll(() => readyIn(names.source)).toBe(5_994);
});

test('what is wanted is moved, and the rest stays in its order', async () => {
  const names = await way('classic', 'classic');
  await fill(names.source, 2_000);
  const isWanted = ({ properties }: RawMessage) =>
    Number(propertyOf(properties, 'message_id')) % 10 === 0;
  const looks = 1_500;
  expect(await moved(names, { isWanted, looks })).toMatchObject({
    messages: 150,
    doubtful: 0,
    sentHome: 0,
  });
  const all = numbers(1, 2_000);
  const wanted = all.filter((id, index) => index < looks && Number(id) % 10 === 0);
  expect(await drain(channel, names.destination)).toEqual(wanted);
  expect(await drain(channel, names.source)).toEqual(all.filter((id) => !wanted.includes(id)));
});

test('a message that may not be moved ends it; nothing is lost, doubled or out of order', async () => {
  const names = await way('quorum', 'classic');
  await fill(names.source, 1_500);
  const objection = ({ properties }: RawMessage) =>
    propertyOf(properties, 'message_id')?.toString() === '1200' ? new AmqpError('no') : undefined;
  const result = await moved(names, { objection });
  expect(result).toMatchObject({ messages: 1_199, doubtful: 0, error: { reason: 'no' } });
  expect(await drain(channel, names.destination)).toEqual(numbers(1, 1_199));
  expect((await drain(channel, names.source)).sort(byNumber)).toEqual(numbers(1_200, 1_500));
});

const byNumber = (a: string, b: string) => Number(a) - Number(b);

test('a destination that is full takes what it can, and the rest stays', async () => {
  const limit = { 'x-max-length': 700, 'x-overflow': 'reject-publish' };
  const names = await way('classic', 'classic', limit);
  await fill(names.source, 2_000);
  const { error, doubtful, messages } = await moved(names);
  expect(error?.reason).toBe('the destination takes no more messages');
  const [there, left] = [
    await drain(channel, names.destination),
    await drain(channel, names.source),
  ];
  expect({ doubtful, messages }).toEqual({ doubtful: 0, messages: there.length });
  expect([...there, ...left].sort(byNumber)).toEqual(numbers(1, 2_000));
});

test.each(['classic', 'quorum'])(
  'a destination deleted meanwhile ends it; the rest stays in the %s queue',
  async (type) => {
    const names = await way(type, 'classic');
    await fill(names.source, 5_000);
    let deleting: Promise<unknown> | undefined;
    const onMoved = () => {
      deleting ??= channel.deleteQueue(names.destination);
    };
    const { error, messages } = await moved(names, { onMoved });
    expect(error?.reason).toBe('the destination is gone');
    await deleting;
    await expect.poll(() => readyIn(names.source)).toBe(5_000 - messages);
  },
);

test.each([1, 100_000, 300_000])(
  'a connection cut after %i bytes of messages loses none; the next run moves the rest',
  async (size) => {
    const names = await way('quorum', 'classic');
    await fill(names.source, 3_000, 100);
    const proxy = await openProxy({ host: hostname, port: Number(port) });
    const through = new AmqpConnections({ ...target, port: proxy.port }, 30_000, expected);
    for (const purpose of ['shared', 'taking', 'putting'] as const)
      await through.connect(vhost, purpose);
    const { answered } = proxy.bytes;
    const cutting = setInterval(() => {
      if (proxy.bytes.answered - answered >= size) proxy.cut();
    }, 1);
    const { error, doubtful } = await moved(names, { over: through }).catch((thrown: unknown) => ({
      error: thrown as AmqpError,
      doubtful: 0,
    }));
    clearInterval(cutting);
    expect(error?.reason).toBe('the connection was cut');
    await through.close();
    await proxy.close();
    const there: string[] = [];
    const take = async () => {
      expect(await moved(names)).toMatchObject({ doubtful: 0, sentHome: 0 });
      there.push(...(await drain(channel, names.destination)));
      return new Set(there).size;
    };
    await expect.poll(take).toBe(3_000);
    expect(there.length - 3_000).toBeLessThanOrEqual(doubtful);
  },
);

test('stopped, it ends with what is under way', async () => {
  const names = await way('classic', 'quorum');
  await fill(names.source, 5_000);
  const stop = new AbortController();
  const onMoved = (messages: number) => {
    if (messages > 500) stop.abort();
  };
  const { error, doubtful, messages } = await moved(names, { stop: stop.signal, onMoved });
  expect({ error, doubtful }).toEqual({ error: undefined, doubtful: 0 });
  expect(messages).toBeLessThan(5_000);
  await expect.poll(() => readyIn(names.source)).toBe(5_000 - messages);
  expect(await drain(channel, names.destination)).toEqual(numbers(1, messages));
});

test('a consumer that has the queue to itself is waited for, for a while', async () => {
  const names = await way('classic', 'classic');
  const single = `single-${randomUUID()}`;
  await channel.assertQueue(single, { arguments: { 'x-single-active-consumer': true } });
  const other = await model.createChannel();
  await other.prefetch(1);
  await other.consume(single, () => undefined);
  await fill(single, 3);
  const { error, messages } = await moved({ ...names, source: single }, { silence: 500 });
  expect({ messages, reason: error?.reason }).toEqual({ messages: 0, reason: 'no message comes' });
  await other.close();
  expect(await readyIn(single)).toBe(3);
});

test('messages of many megabytes are not all held at once', async () => {
  const names = await way('classic', 'classic');
  await fill(names.source, 50, 4 * 1024 * 1024);
  let most = 0;
  const watching = setInterval(
    () => (most = Math.max(most, process.memoryUsage().arrayBuffers)),
    5,
  );
  const before = process.memoryUsage().arrayBuffers;
  expect(await moved(names)).toMatchObject({ messages: 50, doubtful: 0, sentHome: 0 });
  clearInterval(watching);
  expect(most - before).toBeLessThan(160 * 1024 * 1024);
});
