// What a change of policies destroys, foreseen and then done: on each type of queue, the messages
// that are left are those that topo said.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ConfirmChannel } from 'amqplib';
import { beforeAll, describe, expect, test } from 'vitest';
import { effectiveSettings } from '../../src/topology/effective.ts';
import type { Queue } from '../../src/topology/object.ts';
import { lossBetween } from '../../src/topology/queue-loss.ts';
import { toTable } from '../../src/topology/value.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, freshVhost } from '../broker.ts';

let vhost = '';
let version = '';
let channel: ConfirmChannel;
beforeAll(async () => {
  vhost = await freshVhost();
  const model = await connect(`${broker.amqpUrl}/${vhost}`, { noDelay: true });
  atEnd(() => model.close());
  channel = await model.createConfirmChannel();
  ({ rabbitmq_version: version } = (await api('GET', 'overview')) as { rabbitmq_version: string });
  await api('PUT', `exchanges/${vhost}/dlx`, { type: 'fanout', durable: true });
});

interface Definitions {
  readonly policy?: object;
  readonly operator?: object;
}
interface Row {
  readonly own?: object;
  readonly before?: Definitions;
  readonly after: Definitions;
}

const rejects = { overflow: 'reject-publish' };
const rows: [title: string, row: Row][] = [
  ['a limit', { after: { policy: { 'max-length': 10 } } }],
  ['a limit of 0', { after: { policy: { 'max-length': 0 } } }],
  ['a limit above', { after: { policy: { 'max-length': 30 } } }],
  ['a limit of operators', { after: { operator: { 'max-length': 10 } } }],
  [
    'the lower of two limits',
    { after: { policy: { 'max-length': 20 }, operator: { 'max-length': 10 } } },
  ],
  [
    'an argument that is lower',
    { own: { 'x-max-length': 40 }, after: { policy: { 'max-length': 50 } } },
  ],
  [
    'a limit below the argument',
    { own: { 'x-max-length': 40 }, after: { policy: { 'max-length': 5 } } },
  ],
  ['a limit that rejects', { after: { policy: { 'max-length': 10, ...rejects } } }],
  [
    'a limit after rejecting',
    { before: { policy: rejects }, after: { policy: { 'max-length': 10, ...rejects } } },
  ],
  [
    'a lower limit while rejecting',
    {
      before: { policy: { 'max-length': 50, ...rejects } },
      after: { policy: { 'max-length': 10, ...rejects } },
    },
  ],
  [
    'rejecting no longer',
    {
      before: { policy: { 'max-length': 30, ...rejects } },
      after: { policy: { 'max-length': 10 } },
    },
  ],
  [
    'rejecting by argument',
    { own: { 'x-overflow': 'reject-publish' }, after: { policy: { 'max-length': 10 } } },
  ],
  [
    'dropping by policy, rejecting by argument',
    {
      own: { 'x-overflow': 'reject-publish' },
      after: { policy: { 'max-length': 10, overflow: 'drop-head' } },
    },
  ],
  [
    'rejecting to a dead-letter exchange',
    { after: { policy: { 'max-length': 10, overflow: 'reject-publish-dlx' } } },
  ],
  [
    'a limit removed',
    { before: { policy: { 'max-length': 50 } }, after: { policy: { 'message-ttl': 60_000 } } },
  ],
  ['a time to live', { after: { policy: { 'message-ttl': 1 } } }],
  ['a dead-letter exchange', { after: { policy: { 'dead-letter-exchange': 'dlx' } } }],
  [
    'a long expiry, not yet over',
    { before: { policy: { expires: 600_000 } }, after: { policy: { expires: 900_000 } } },
  ],
  ['an expiry', { after: { policy: { expires: 300 } } }],
];

const held = 30;
let made = 0;

describe.for(['classic', 'quorum'] as const)('a %s queue', (type) => {
  test.for(rows)('%s', async ([, { own = {}, before = {}, after }]) => {
    const name = `${type}-${made++}`;
    const args = { 'x-queue-type': type, ...own };
    await api('PUT', `queues/${vhost}/${name}`, { durable: true, arguments: args });
    await set(name, before);
    for (let n = 0; n < held; n++)
      channel.sendToQueue(name, Buffer.from('x'), { persistent: true });
    await channel.waitForConfirms();
    const loss = foresee(type, own, before, after);
    await set(name, after);
    const left = held - (loss?.messages ?? 0);
    if (left === held) await sleep(500);
    // Whoever gets a message uses the queue.
    if (loss?.by === 'expires 300') await expect.poll(() => exists(name)).toBe(false);
    else await expect.poll(() => count(name), { timeout: 20_000 }).toBe(left);
  });
});

function foresee(type: string, own: object, before: Definitions, after: Definitions) {
  const queue: Queue = {
    ...{ kind: 'queue', vhost, name: 'q', type, durable: true, auto_delete: false },
    arguments: toTable(own),
  };
  const [was, is] = [before, after].map(({ policy, operator }) =>
    effectiveSettings(
      queue,
      policy && { definition: toTable(policy) },
      operator && { definition: toTable(operator) },
      version,
    ),
  );
  if (was === undefined || is === undefined) throw new Error('no settings');
  return lossBetween(was, is, { type, ready: held, unacked: 0, consumers: 0 });
}

async function set(name: string, { policy, operator }: Definitions): Promise<void> {
  const pattern = `^${name}$`;
  const put = (list: string, definition: object | undefined) =>
    definition && api('PUT', `${list}/${vhost}/${name}`, { pattern, definition });
  await put('policies', policy);
  await put('operator-policies', operator);
}

/** Exact at once, unlike the lists. */
async function count(name: string): Promise<number> {
  const query = { count: 100, ackmode: 'ack_requeue_true', encoding: 'auto' };
  return ((await api('POST', `queues/${vhost}/${name}/get`, query)) as unknown[]).length;
}

async function exists(name: string): Promise<boolean> {
  const rows = (await api('GET', `queues/${vhost}?disable_stats=true`)) as { name: string }[];
  return rows.some((row) => row.name === name);
}
