// A topology that names users: what others publish is no task, no result and no event, whatever it
// says of itself.
import { randomUUID } from 'node:crypto';
import { connect, type ConfirmChannel } from 'amqplib';
import { beforeAll, expect, test } from 'vitest';
import { atEnd } from '../../at-end.ts';
import { api, broker } from '../../broker.ts';
import { hardened, layBed, plain, until, type Bed } from '../bed.ts';
import { callHarness } from '../run-harness.ts';
import { work } from '../worker-bed.ts';

const own = broker.username;
const stranger = `stranger-${randomUUID()}`;
const users = `users: { workers: [${own}], coordinator: ${own} }`;
const named = hardened.replace('harness: {', `harness: { ${users},`);

/** May do all that the broker lets anybody do. */
beforeAll(() => api('PUT', `users/${stranger}`, { password: 'secret', tags: '' }));
atEnd(() => api('DELETE', `users/${stranger}`));
const urlOf = (user: string, vhost: string): string => {
  const url = new URL(broker.amqpUrl);
  if (user !== own) [url.username, url.password] = [user, 'secret'];
  return `${url.href.replace(/\/$/, '')}/${vhost}`;
};

async function layNamed(topology = named): Promise<Bed> {
  const bed = await layBed(topology);
  await api('PUT', `permissions/${bed.vhost}/${stranger}`, {
    configure: '.*',
    write: '.*',
    read: '.*',
  });
  return bed;
}

/** A channel of this user. */
async function channelOf(user: string, { vhost }: Bed): Promise<ConfirmChannel> {
  const model = await connect(urlOf(user, vhost));
  model.on('error', () => undefined);
  atEnd(() => model.close().catch(() => undefined));
  const channel = await model.createConfirmChannel();
  channel.on('error', () => undefined);
  return channel;
}

async function publish(channel: ConfirmChannel, id: string, userId?: string): Promise<void> {
  const content = Buffer.from(JSON.stringify({ version: 1, id }));
  const properties = {
    messageId: id,
    type: 'topo.task.v1',
    ...(userId !== undefined && { userId }),
  };
  channel.publish('jobs', 'k1', content, properties);
  await channel.waitForConfirms();
}

const dead = (bed: Bed, ...args: string[]) =>
  callHarness(['dead', ...args, '--topology', bed.file, '--state', bed.state], { cwd: '.' });

test('a worker trains what the named users sent, signs what it sends, and buries the rest', async () => {
  const bed = await layNamed();
  const [mine, theirs] = [await channelOf(own, bed), await channelOf(stranger, bed)];
  const worker = await work(bed);
  await publish(mine, 'retryable-1-x', own);
  await publish(mine, 'unsigned');
  await publish(theirs, 'forged', stranger);
  await until(
    () =>
      ['retryable-1-x', 'unsigned', 'forged'].every((id) => worker.steps.includes(`acked ${id}`)),
    'all',
  );
  await until(async () => (await bed.depth('results')) === 1, 'the result');
  expect(worker.trainer.begun).toEqual(['retryable-1-x', 'retryable-1-x#2']);
  const [result] = await bed.takeAll('results');
  expect(result?.properties).toMatchObject({ userId: own, messageId: 'retryable-1-x' });
  worker.drain();
  await worker.ended;

  const { out } = await dead(bed, 'list', '--format', 'json');
  const reason = (by: string) => `it was published ${by}, and not by "${own}"`;
  expect(JSON.parse(out)).toMatchObject({
    letters: [
      { id: 'unsigned', verdict: 'invalid', error: reason('without a user id') },
      { id: 'forged', verdict: 'invalid', error: reason(`by user "${stranger}"`) },
    ],
  });
  // A letter that a stranger wrote, as a worker would have.
  const headers = {
    'x-topo-verdict': 'poison',
    'x-topo-exchange': 'jobs',
    'x-topo-routing-key': 'k1',
    'x-topo-user': own,
  };
  theirs.sendToQueue('dead', Buffer.from('{"version":1,"id":"planted"}'), {
    userId: stranger,
    messageId: 'planted',
    headers,
  });
  await theirs.waitForConfirms();
  const replayed = await dead(bed, 'replay');
  expect(replayed).toMatchObject({ code: 6, out: 'Replayed: 0 dead letters, 3 kept\n' });
  expect(replayed.err.trimEnd().split('\n')).toEqual([
    `kept: unsigned: ${reason('without a user id')}`,
    `kept: forged: ${reason(`by user "${stranger}"`)}`,
    `kept: planted: ${reason(`by user "${stranger}"`)}`,
  ]);
  expect(await bed.depth('w1')).toBe(0);
});

test('without a dead-letter queue it is the same, and what the named users sent can be replayed', async () => {
  const bed = await layNamed(`harness: { ${users} }\n${plain}`);
  const [mine, theirs] = [await channelOf(own, bed), await channelOf(stranger, bed)];
  const worker = await work(bed);
  await publish(mine, 'poison-1', own);
  await publish(theirs, 'forged', stranger);
  await until(
    () => worker.steps.includes('acked poison-1') && worker.steps.includes('acked forged'),
    'their deaths',
  );
  worker.drain();
  await worker.ended;
  expect(await dead(bed, 'replay')).toMatchObject({
    code: 6,
    out: 'Replayed: 1 dead letter, 1 kept\n',
  });
  const task = await bed.take('w1');
  expect(task?.properties).toMatchObject({ messageId: 'poison-1', userId: own });
});

test('tasks are published under the coordinator’s name', async () => {
  const bed = await layNamed();
  const args = ['publish', '--to', 'w1', '--topology', bed.file, '--outbox', `${bed.state}/outbox`];
  const published = await callHarness(args, { cwd: '.', stdin: '{"seed":1}\n' });
  expect(published).toMatchObject({ code: 0 });
  expect((await bed.take('w1'))?.properties).toMatchObject({ userId: own });
});

const verbs: [string, (bed: Bed) => string[], string][] = [
  ['work', ({ state }) => ['work', 'w1', '--exec', 'true', '--state', state], 'results'],
  ['publish', ({ state }) => ['publish', '--to', 'w1', '--outbox', `${state}/outbox`], 'tasks'],
  ['dead list', ({ state }) => ['dead', 'list', '--state', state], 'tasks'],
];

test.each(verbs)('%s of a user that is not named is told at once', async (_, argsOf, what) => {
  const bed = await layNamed();
  const amqpUrl = urlOf(stranger, bed.vhost).replace(/\/[^/]*$/, '');
  const args = [...argsOf(bed), '--topology', bed.file];
  expect(await callHarness(args, { cwd: '.', amqpUrl, stdin: '{"seed":1}\n' })).toEqual({
    ...{ code: 3, out: '' },
    err: `error: user "${stranger.slice(0, 80)}" may not send ${what}: harness.users names "${own}"
  hint: connect as that user: RABBITMQ_USERNAME, or AMQP_URL; or name this one in the topology
`,
  });
});
