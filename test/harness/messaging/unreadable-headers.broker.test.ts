// Headers that a decoder can't hold: the message is one without headers, wherever it comes to.
import { expect, test } from 'vitest';
import {
  bytes,
  deepTable,
  int,
  sendRaw,
  table,
  text,
  type RawProperties,
} from '../../amqp/raw-message.ts';
import { broker } from '../../broker.ts';
import { hardened, layBed, until, type Bed } from '../bed.ts';
import { callHarness, startHarness } from '../run-harness.ts';
import { work } from '../worker-bed.ts';

/** In JavaScript the length of bytes is read-only. */
const inherited = table([
  ['__proto__', bytes(Buffer.from('x'))],
  ['length', text('x')],
]);
/** The first has 60 KB. */
const unreadable: [string, Buffer][] = [
  ['nested too deep', deepTable(10_000)],
  ['what others would inherit from', inherited],
];

async function send(bed: Bed, queue: string, id: string, properties: RawProperties) {
  const channel = await bed.model.createConfirmChannel();
  const content = Buffer.from(JSON.stringify({ version: 1, id }));
  sendRaw(channel, { exchange: '', routing_key: Buffer.from(queue), properties, content });
  await channel.waitForConfirms();
  await channel.close();
}

const dead = (bed: Bed, ...args: string[]) =>
  callHarness(['dead', ...args, '--topology', bed.file, '--state', bed.state], { cwd: '.' });

test.each(unreadable)(
  'a task with headers, %s, is trained, and retried without them',
  async (_, headers) => {
    const bed = await layBed(hardened);
    const worker = await work(bed);
    const messageId = Buffer.from('retryable-1-a');
    await send(bed, 'w1', 'retryable-1-a', { headers, messageId, priority: 3 });
    expect((await bed.results(1)).get('retryable-1-a')).toMatchObject([{ attempt: 2 }]);
    const generations = worker.events.flatMap((event) =>
      event.kind === 'connection' && event.state.kind === 'connected'
        ? [event.state.generation]
        : [],
    );
    expect(new Set(generations)).toEqual(new Set([1]));
  },
);

test('headers at the bound are read', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed, { max_attempts: 5 });
  const headers = Buffer.concat([deepTable(63), table([['x-topo-attempt', int(4)]])]);
  await send(bed, 'w1', 'task-1', { headers });
  expect((await bed.results(1)).get('task-1')).toMatchObject([{ attempt: 4 }]);
  expect(worker.trainer.begun).toEqual(['task-1#4']);
});

test.each(unreadable)(
  'a letter with headers, %s, is listed, and leaves its queue',
  async (_, headers) => {
    const bed = await layBed(hardened);
    await send(bed, 'dead', 'forged', { headers });
    await send(bed, 'dead', 'other', {});
    const listed = await dead(bed, 'list', '--format', 'json');
    expect([listed.code, listed.err]).toEqual([0, '']);
    expect(JSON.parse(listed.out)).toMatchObject({ letters: [{ id: 'forged' }, { id: 'other' }] });
    expect(await dead(bed, 'drop', '--id', 'forged', '--yes')).toMatchObject({ code: 0 });
    await until(async () => (await bed.depth('dead')) === 1, 'the other letter');
  },
);

test('a message with what others would inherit from comes through the built program', async () => {
  const bed = await layBed(hardened);
  await send(bed, 'dead', 'forged', { headers: inherited });
  const { code, out } = await startHarness(['dead', 'list', '--topology', bed.file], {
    ...{ cwd: bed.state.replace(/state$/, ''), amqpUrl: broker.amqpUrl },
  }).ended;
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('forged') as unknown });
});
