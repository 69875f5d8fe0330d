// Headers that a decoder can't hold: the message is one without headers, wherever it comes to.
import { expect, test } from 'vitest';
import { deepTable, int, sendRaw, table, type RawProperties } from '../amqp/raw-message.ts';
import { hardened, layBed, until, type Bed } from './bed.ts';
import { callHarness } from './run-harness.ts';
import { work } from './worker-bed.ts';

/** 60 KB. */
const deep = deepTable(10_000);

async function send(bed: Bed, queue: string, id: string, properties: RawProperties) {
  const channel = await bed.model.createConfirmChannel();
  const content = Buffer.from(JSON.stringify({ version: 1, id }));
  sendRaw(channel, { exchange: '', routing_key: Buffer.from(queue), properties, content });
  await channel.waitForConfirms();
  await channel.close();
}

const dead = (bed: Bed, ...args: string[]) =>
  callHarness(['dead', ...args, '--topology', bed.file, '--state', bed.state], { cwd: '.' });

test('a task with headers that are nested too deep is trained, and retried without them', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed);
  const messageId = Buffer.from('retryable-1-a');
  await send(bed, 'w1', 'retryable-1-a', { headers: deep, messageId, priority: 3 });
  expect((await bed.results(1)).get('retryable-1-a')).toMatchObject([{ attempt: 2 }]);
  const generations = worker.events.flatMap((event) =>
    event.kind === 'connection' && event.state.kind === 'connected' ? [event.state.generation] : [],
  );
  expect(new Set(generations)).toEqual(new Set([1]));
});

test('headers at the bound are read', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed, { max_attempts: 5 });
  const headers = Buffer.concat([deepTable(63), table([['x-topo-attempt', int(4)]])]);
  await send(bed, 'w1', 'task-1', { headers });
  expect((await bed.results(1)).get('task-1')).toMatchObject([{ attempt: 4 }]);
  expect(worker.trainer.begun).toEqual(['task-1#4']);
});

test('a letter with such headers is listed, and leaves its queue', async () => {
  const bed = await layBed(hardened);
  await send(bed, 'dead', 'deep', { headers: deep });
  await send(bed, 'dead', 'other', {});
  const listed = await dead(bed, 'list', '--format', 'json');
  expect([listed.code, listed.err]).toEqual([0, '']);
  expect(JSON.parse(listed.out)).toMatchObject({ letters: [{ id: 'deep' }, { id: 'other' }] });
  expect(await dead(bed, 'drop', '--id', 'deep', '--yes')).toMatchObject({ code: 0 });
  await until(async () => (await bed.depth('dead')) === 1, 'the other letter');
});
