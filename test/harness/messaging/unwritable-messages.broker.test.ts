// What amqplib reads, and can't write again: each message is retried or dead-lettered all the same,
// and holds up no worker.
import { expect, test } from 'vitest';
import {
  bytes,
  double,
  list,
  nested,
  sendRaw,
  table,
  text,
  timestamp,
  type RawProperties,
} from '../../amqp/raw-message.ts';
import { hardened, layBed, until, type Bed } from '../bed.ts';
import { times, work } from '../worker-bed.ts';

const no = (length: number): Buffer => Buffer.alloc(length, 0xff);
const header = (...fields: Parameters<typeof table>[0]): RawProperties => ({
  headers: table(fields),
});
const typed = (type: Buffer, value: Buffer) =>
  nested(
    table([
      ['!', type],
      ['value', value],
    ]),
  );

const unwritable: readonly (readonly [what: string, properties: RawProperties])[] = [
  ['a table with the key !', header(['a', typed(text('uint8'), text('zz'))])],
  ['a table with the key ! of no type', header(['a', nested(table([['!', double(5)]]))])],
  ['a time that is none', header(['a', list([typed(text('timestamp'), text('zz'))])])],
  ['a time at the end of 64 bits', header(['a', timestamp(2n ** 64n - 1n)])],
  ['a great fraction', header(['a', double(2 ** 50 + 0.5)])],
  ['a great negative number', header(['a', double(-1e300)])],
  ['a name that is not UTF-8', header([no(255), text('a')])],
  ['a name within a table', header(['a', nested(table([[no(255), text('a')]]))])],
  ['a table that passes for bytes', header(['a', nested(table([['__proto__', bytes(no(3))]]))])],
  ['a table that passes for a list', header(['a', nested(table([['__proto__', list([])]]))])],
  ['headers that pass for bytes', header(['__proto__', bytes(no(3))])],
  ['a heavy header', header(['a', text('a'.repeat(100_000))])],
  ['a heavy list', header(['a', list(Array<Buffer>(10_000).fill(double(0.5)))])],
  ['a correlation id that is not UTF-8', { correlationId: no(255) }],
  ['a reply queue that is not UTF-8', { replyTo: no(255) }],
  ['other properties that are not UTF-8', { contentType: no(255), appId: no(255) }],
  ['a timestamp at the end of 64 bits', { timestamp: 2n ** 64n - 1n }],
];

async function sendAll(
  bed: Bed,
  messages: readonly { content: string; properties: RawProperties; key?: Buffer }[],
): Promise<void> {
  const channel = await bed.model.createConfirmChannel();
  await channel.assertExchange('all', 'fanout');
  await channel.bindQueue('w1', 'all', '');
  for (const { content, properties, key = Buffer.from('k1') } of messages) {
    const exchange = key.length > 2 ? 'all' : 'jobs';
    sendRaw(channel, { exchange, routing_key: key, properties, content: Buffer.from(content) });
  }
  await channel.waitForConfirms();
  await channel.close();
}

const task = (id: string): string => JSON.stringify({ version: 1, id });

test('each is tried again, or dead-lettered, and the worker ends when it is told to', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed, { prefetch: 100 });
  await sendAll(bed, [
    ...unwritable.flatMap(([, properties], n) => [
      { content: task(`retryable-1-${n}`), properties },
      { content: task(`poison-${n}`), properties },
      { content: `no task ${n}`, properties: { ...properties, messageId: no(255) } },
    ]),
    { content: task('retryable-1-key'), properties: {}, key: no(255) },
    { content: task('poison-key'), properties: {}, key: no(255) },
  ]);
  const letters = 2 * unwritable.length + 1;
  const results = unwritable.length + 1;
  await until(() => times(worker, 'acked') === letters + 2 * results, 'the acks');
  const tried = [...(await bed.results(results)).values()].flat();
  expect(new Set(tried.map(({ attempt }) => attempt))).toEqual(new Set([2]));
  expect(await bed.depth('dead')).toBe(letters);
  worker.drain();
  expect(await worker.ended).toEqual({ kind: 'drained' });
  const generations = worker.events.flatMap((event) =>
    event.kind === 'connection' && event.state.kind === 'connected' ? [event.state.generation] : [],
  );
  expect(new Set(generations)).toEqual(new Set([1]));
});

test('what can be written is carried, as it came', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed);
  const kept = {
    ...{ text: 'ä', yes: true, no: false, nothing: null, whole: -7, half: 0.5 },
    list: ['a', 1, ['b']],
    table: { '': { deep: 'c' } },
    bytes: no(4),
    time: { '!': 'timestamp', value: 1_795_737_600 },
  };
  const channel = await bed.model.createConfirmChannel();
  const options = { headers: kept, correlationId: 'c', type: 'topo.task.v1', priority: 3 };
  channel.publish('jobs', 'k1', Buffer.from(task('poison-a')), options);
  await channel.waitForConfirms();
  await until(() => times(worker, 'acked') === 1, 'the death');
  const letter = await bed.take('dead');
  expect(letter?.properties).toMatchObject({
    correlationId: 'c',
    type: 'topo.task.v1',
    priority: 3,
  });
  expect(letter?.properties.headers).toMatchObject(kept);
});

test('a reply that no broker can deliver is told, and nothing waits for it', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed, { prefetch: 10 });
  const replies = ['amq.rabbitmq.reply-to.!!!!.x', 'nowhere', 'dead'];
  await sendAll(
    bed,
    replies.map((replyTo, n) => ({
      content: task(`task-${n}`),
      properties: { replyTo: Buffer.from(replyTo) },
    })),
  );
  await until(() => times(worker, 'acked') === replies.length, 'the acks');
  await bed.publish('task-later');
  expect((await bed.results(replies.length + 1)).size).toBe(replies.length + 1);
  await until(
    () => worker.events.filter(({ kind }) => kind === 'warning').length === replies.length,
    'the warnings',
  );
  worker.drain();
  expect(await worker.ended).toEqual({ kind: 'drained' });
});
