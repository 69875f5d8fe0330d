// What topo migrate says that quorum queues do otherwise, and what they do.
import { connect, type Channel, type ConfirmChannel } from 'amqplib';
import { beforeAll, expect, test } from 'vitest';
import { differencesOf } from '../../src/topology/quorum-differences.ts';
import { obstaclesTo } from '../../src/topology/quorum-obstacles.ts';
import type { Fitting } from '../../src/topology/quorum-fit.ts';
import type { Queue } from '../../src/topology/object.ts';
import { toTable } from '../../src/topology/value.ts';
import { isWithin } from '../../src/topology/versions.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { version } from '../version.ts';

let vhost = '';
let channel: ConfirmChannel;
beforeAll(async () => {
  vhost = await freshVhost();
  channel = await open();
});

async function open(): Promise<ConfirmChannel> {
  const connection = await connect(`${broker.amqpUrl}/${vhost}`);
  connection.on('error', () => undefined);
  atEnd(() => connection.close().catch(() => undefined));
  const opened = await connection.createConfirmChannel();
  opened.on('error', () => undefined);
  return opened;
}

const declare = (name: string, more: object = {}) =>
  channel.assertQueue(name, { arguments: { 'x-queue-type': 'quorum', ...more } });

/** What is said of a classic queue with these arguments and consumers. */
function said(own: object, use?: Fitting['use'], settings: object = {}): string[] {
  const queue: Queue = {
    ...{ kind: 'queue', vhost, name: 'q', type: 'classic', durable: true, auto_delete: false },
    arguments: toTable(own),
  };
  const applied = { policy: undefined, settings: toTable(settings) };
  const fitting = { queue, version, before: applied, after: applied, use };
  return [...obstaclesTo(fitting), ...differencesOf(fitting)].map(({ message }) => message);
}

async function drain(name: string): Promise<string[]> {
  const got: string[] = [];
  for (;;) {
    const message = await channel.get(name, { noAck: true });
    if (message === false) return got;
    got.push(message.content.toString());
  }
}

test('priorities', async () => {
  await declare('priorities');
  for (const priority of [undefined, 1, 9, 5, 0, 4]) {
    const name = String(priority ?? 'none');
    channel.sendToQueue(
      'priorities',
      Buffer.from(name),
      priority === undefined ? {} : { priority },
    );
  }
  await channel.waitForConfirms();
  const [message] = said({ 'x-max-priority': 10 });
  const expected = isWithin(version, { until: '4.0' })
    ? { order: ['none', '1', '9', '5', '0', '4'], says: 'in their order' }
    : isWithin(version, { until: '4.3' })
      ? { order: ['9', '5', 'none', '1', '0', '4'], says: 'two high messages for each normal one' }
      : { order: ['9', '5', 'none', '4', '1', '0'], says: 'for one of priority 4, not 0' };
  expect(await drain('priorities')).toEqual(expected.order);
  expect(message).toContain(expected.says);
});

test('an exclusive consumer is not alone', async () => {
  await declare('exclusive');
  await channel.consume('exclusive', () => undefined, { exclusive: true });
  const other = await open();
  await expect(other.consume('exclusive', () => undefined)).resolves.toBeDefined();
  expect(said({}, { exclusive: 1, globalPrefetch: 0 })[0]).toContain(
    'lets others consume beside it',
  );
});

test('a prefetch for the whole channel', async () => {
  await declare('prefetch');
  const other: Channel = await open();
  await other.prefetch(5, true);
  const consuming = other.consume('prefetch', () => undefined);
  const [message] = said({}, { exclusive: 0, globalPrefetch: 1 });
  if (isWithin(version, { until: '4.3' })) {
    await expect(consuming).rejects.toThrow();
    expect(message).toContain('closes its connection (540)');
  } else {
    await expect(consuming).resolves.toBeDefined();
    expect(message).not.toContain('540');
  }
});

test('a client that declares the classic queue', async () => {
  await declare('declared');
  const other = await open();
  await expect(other.assertQueue('declared')).rejects.toThrow(/406/);
});

test('reject-publish-dlx', async () => {
  await declare('rejecting', { 'x-overflow': 'reject-publish-dlx', 'x-max-length': 2 });
  for (const text of ['1', '2', '3']) channel.sendToQueue('rejecting', Buffer.from(text));
  await channel.waitForConfirms();
  expect(await drain('rejecting')).toEqual(['2', '3']);
  const [message] = said({}, undefined, { overflow: 'reject-publish-dlx' });
  expect(message).toContain('as drop-head, and drop messages');
});

test.each(['auto_delete', 'transient'])('%s', async (what) => {
  const own = what === 'transient' ? { durable: false } : { durable: true, auto_delete: true };
  const refused = api('PUT', `queues/${vhost}/${what}`, {
    ...own,
    arguments: { 'x-queue-type': 'quorum' },
  });
  await expect(refused).rejects.toThrow(/400/);
});
