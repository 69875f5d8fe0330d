// The rights of a training in docs/security.md: with them a run, a retry and a dead letter go their
// way, and nothing else does.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Channel } from 'amqplib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Job } from '../../src/harness/train/job/job.generated.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';
import { job as chaosJob, writeData } from '../harness/train/chaos/job.ts';
import { until } from '../harness/train/chaos/train-bed.ts';
import { callBuilt, startHarness, type Running } from '../harness/run-harness.ts';
import { root } from './clone.ts';

const vhost = await freshVhost();
const folder = await mkdtemp(join(tmpdir(), 'topo-rights-'));
atEnd(() => rm(folder, { recursive: true }));
const suffix = randomUUID().slice(0, 8);
/** The users of the document, as they are called here. */
const named = (name: string): string => `${name}-${suffix}`;
const [coordinator, worker, watcher] = ['ml-coordinator', 'ml-worker', 'ml-watcher'].map(named) as [
  string,
  string,
  string,
];
atEnd(async () => {
  for (const user of [coordinator, worker, watcher]) await api('DELETE', `users/${user}`);
});

const commandsIn = (text: string): string[] =>
  text.split('\n').filter((line) => line.startsWith('rabbitmqctl '));
const document = readFileSync(join(root, 'docs/security.md'), 'utf8');
const rights = readFileSync(join(root, 'examples/training/rights.sh'), 'utf8');
const blockOf = (user: string): string =>
  [...document.matchAll(/^```sh\n(.*?)^```$/gms)]
    .map(([, text = '']) => text)
    .find((text) => text.includes(`add_user ${user} `)) ?? '';

/** What the command would do, in this test's vhost, to a user of this test. */
async function rabbitmqctl(line: string): Promise<void> {
  const [, verb, ...args] = line.split(' ');
  if (verb === 'add_user') {
    await api('PUT', `users/${named(args[0] ?? '')}`, { password: 'secret', tags: '' });
    return;
  }
  const [configure, write, read] = args.slice(3).map((right) => right.replace(/^'(.*)'$/, '$1'));
  expect([verb, ...args.slice(0, 2)]).toEqual(['set_permissions', '-p', '/']);
  await api('PUT', `permissions/${vhost}/${named(args[2] ?? '')}`, { configure, write, read });
}

const urlOf = (user: string): string => {
  const url = new URL(broker.amqpUrl);
  [url.username, url.password] = [user, 'secret'];
  return url.href.replace(/\/$/, '');
};
const harness = (user: string, ...args: string[]) =>
  callBuilt(args, { cwd: folder, amqpUrl: urlOf(user) });

beforeAll(async () => {
  const template = await readFile(join(root, 'examples/training/topology.yaml'), 'utf8');
  const text = template
    .replace('  # users:', '  users:')
    .replace('ml-coordinator', coordinator)
    .replace('[ml-worker]', `[${worker}]`);
  expect(text).toContain(`  users: { coordinator: ${coordinator}, workers: [${worker}] }\n`);
  await writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\n${text}`);
  const { code, err } = await callTopo(['apply', '--yes', '--quiet'], folder, env);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const line of commandsIn(rights)) await rabbitmqctl(line);
  for (const line of commandsIn(blockOf('ml-watcher'))) await rabbitmqctl(line);
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeData(folder);
});

test('the document has the commands that topo init writes', () => {
  expect(commandsIn(blockOf('ml-coordinator'))).toEqual(commandsIn(rights));
  expect(commandsIn(rights)).toHaveLength(4);
});

describe('with these rights', () => {
  const job: Job = { ...chaosJob, shards: ['data/0.safetensors', 'data/1.safetensors'], rounds: 2 };
  let training: Running;
  beforeAll(async () => {
    await writeFile(join(folder, 'job.yaml'), JSON.stringify(job));
    const flags = ['--trainer', 'perceptron', '--pool', '--max-attempts', '2'];
    const args = ['work', 'worker_queue_1', ...flags];
    training = startHarness(args, { cwd: folder, amqpUrl: urlOf(worker) });
    await until(() => training.err().includes('"working"'), 'the worker');
  });
  atEnd(async () => {
    training.child.kill('SIGTERM');
    await training.ended;
  });

  test('a training comes to its model', async () => {
    const trained = await harness(coordinator, 'train', '--run', 'run');
    expect(trained).toMatchObject({ code: 0 });
    expect(trained.out).toContain('Train: run finished: 2 of 2 rounds');
    expect(trained.out).toMatch(/^ {2}total {5}2 rounds, \d+ tasks, \d+ failures?, [\d.]+ /m);
    expect(trained.err).not.toContain('left out');
  });

  test('a task fails, waits, is tried again, dies, is listed and is replayed', async () => {
    await writeFile(join(folder, 'tasks.jsonl'), '{"id":"lost","shard":{"uri":"data/none"}}\n');
    const published = await harness(
      coordinator,
      'publish',
      'tasks.jsonl',
      '--to',
      'worker_queue_1',
    );
    expect(published).toMatchObject({ code: 0 });
    const letters = async (): Promise<string[]> => {
      const { out } = await harness(coordinator, 'dead', 'list', '--format', 'json');
      const { letters: all } = JSON.parse(out) as { letters: { id: string; attempts: number }[] };
      return all.map(({ id, attempts }) => `${id} ${attempts}`);
    };
    await until(() => training.err().includes('"dead-lettered"'), 'its death');
    expect(await letters()).toEqual(['lost 2']);
    expect(await harness(coordinator, 'dead', 'replay')).toMatchObject({ code: 0, err: '' });
    await until(() => training.err().split('"dead-lettered"').length > 2, 'its second death');
    expect(await letters()).toEqual(['lost 2']);
  });

  test('the coordinator takes results, and gives a run up; the worker may do neither', async () => {
    const model = await connect(`${broker.amqpUrl}/${vhost}`);
    const channel = await model.createConfirmChannel();
    channel.sendToQueue('ml_retry_60s', Buffer.from('{}'), { messageId: 'run.r9.s0' });
    await channel.waitForConfirms();
    await model.close();
    const output = ['results', '--output', 'results.jsonl'];
    expect(await harness(coordinator, ...output)).toMatchObject({ code: 0 });
    const refused = {
      code: 1,
      err: expect.stringContaining('topo-harness.train.ml_results') as unknown,
    };
    expect(await harness(worker, ...output)).toMatchObject(refused);
    expect(await harness(coordinator, 'abandon', 'run', '--yes')).toEqual({
      code: 0,
      out: 'Abandoned: run, 1 message and 0 dead letters dropped\n',
      err: '',
    });
    expect(await harness(worker, 'abandon', 'run', '--yes')).toMatchObject(refused);
  });

  test('who only looks on sees how tasks go, and neither role does', async () => {
    await writeFile(join(folder, 'ids'), 'one\n');
    const args = ['status', '--tasks', '--ids', 'ids', '--format', 'json'];
    expect(await harness(watcher, ...args)).toMatchObject({ code: 0, err: '' });
    for (const user of [coordinator, worker]) expect((await harness(user, ...args)).code).toBe(1);
    const others = await harness(watcher, 'results', '--output', 'other.jsonl');
    expect(others.code).toBe(1);
  });

  test('neither program runs as the other’s user', async () => {
    expect(await harness(worker, 'train', '--run', 'other')).toMatchObject({ code: 3 });
    const args = ['work', 'worker_queue_2', '--trainer', 'perceptron', '--state', 'other'];
    expect(await harness(coordinator, ...args)).toMatchObject({ code: 3 });
  });
});

type Act = (channel: Channel) => Promise<unknown>;
const publish =
  (exchange: string, key: string): Act =>
  async (channel) => {
    channel.publish(exchange, key, Buffer.from('x'));
    // Answered behind it.
    await channel.checkExchange('ml_tasks');
  };
const consume =
  (queue: string): Act =>
  (channel) =>
    channel.consume(queue, () => undefined);

const refused: [string, string, Act][] = [
  ['coordinator', 'publish to a queue', publish('', 'ml_results')],
  ['coordinator', 'publish events', publish('ml_events', 'heartbeat')],
  ['coordinator', 'publish to a retry queue', publish('ml_retry_1s', 'worker_queue_1')],
  ['coordinator', 'declare a queue', (channel) => channel.assertQueue('mine')],
  ['coordinator', 'delete a queue', (channel) => channel.deleteQueue('ml_pool')],
  ['worker', 'take from a retry queue', consume('ml_retry_1s')],
  ['worker', 'publish tasks', publish('ml_tasks', 'worker_queue_2')],
  ['worker', 'take results', consume('ml_results')],
  ['worker', 'take dead letters', consume('ml_dead_letters')],
  [
    'worker',
    'listen to events',
    (channel) => channel.bindQueue('worker_queue_1', 'ml_events', '#'),
  ],
  [
    'worker',
    'hold a coordinator’s lock',
    (channel) => channel.assertQueue('topo-harness.train.ml_results', { exclusive: true }),
  ],
  ['worker', 'delete its queue', (channel) => channel.deleteQueue('worker_queue_1')],
];

test.each(refused)('the %s may not %s', async (who, _, act) => {
  const model = await connect(`${urlOf(who === 'worker' ? worker : coordinator)}/${vhost}`);
  model.on('error', () => undefined);
  const channel = await model.createChannel();
  const closed = new Promise<Error>((resolve) => channel.on('error', resolve));
  void act(channel).catch(() => undefined);
  expect((await closed).message).toContain('ACCESS_REFUSED');
  await model.close().catch(() => undefined);
});
