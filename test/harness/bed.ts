// A vhost with a topology in it, as a file and on the broker, and what tests publish to it and find
// in it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel, type ConsumeMessage, type GetMessage } from 'amqplib';
import { expect } from 'vitest';
import type { AmqpTarget } from '../../src/connection/amqp-target.ts';
import { readTopology } from '../../src/file/read-topology.ts';
import type { Result } from '../../src/harness/messaging/result.generated.ts';
import { toPlain } from '../../src/topology/value.ts';
import { readRoles, type Roles } from '../../src/topology/roles.ts';
import { atEnd } from '../at-end.ts';
import { broker, freshVhost } from '../broker.ts';
import { targetOf } from './target.ts';

export const hardened = `
harness: { tasks: jobs, results: results, dead_letter: dead, retry: [wait_short, wait_long], pool: pool, events: events }
exchanges:
  - { name: jobs, type: direct }
  - { name: wait_short, type: fanout }
  - { name: wait_long, type: fanout }
  - { name: events, type: topic }
queues:
  - { name: w1 }
  - { name: w2 }
  - { name: pool }
  - { name: results }
  - { name: dead }
  - { name: wait_short, arguments: { x-message-ttl: 300, x-dead-letter-exchange: jobs } }
  - { name: wait_long, arguments: { x-message-ttl: 700, x-dead-letter-exchange: jobs } }
bindings:
  - { source: jobs, destination: w1, routing_key: k1 }
  - { source: jobs, destination: w2, routing_key: k2 }
  - { source: jobs, destination: pool, routing_key: any }
  - { source: wait_short, destination: wait_short }
  - { source: wait_long, destination: wait_long }
`;

/** As the seed's: no results queue, no dead letters, no retries. */
export const plain = `
exchanges: [{ name: jobs, type: direct }]
queues: [{ name: w1 }, { name: w2 }]
bindings:
  - { source: jobs, destination: w1, routing_key: k1 }
  - { source: jobs, destination: w2, routing_key: k2 }
`;

/** The same without retry queues. */
export const withoutRetries = hardened.replace('retry: [wait_short, wait_long], ', '');

export interface Bed {
  readonly vhost: string;
  readonly file: string;
  readonly roles: Roles;
  /** A folder for what workers remember. */
  readonly state: string;
  readonly target: AmqpTarget;
  /** For arranging and looking, past the harness. */
  readonly model: ChannelModel;
  publish(
    id: string,
    options?: { key?: string; headers?: object; replyTo?: string },
  ): Promise<void>;
  send(content: string, options?: { key?: string; messageId?: string }): Promise<void>;
  /**
   * Waits for results of so many different tasks, takes all that are there, and gives those of each
   * task.
   */
  results(tasks: number): Promise<Map<string, Result[]>>;
  take(queue: string): Promise<GetMessage | undefined>;
  /** Takes what is there now. */
  takeAll(queue: string): Promise<ConsumeMessage[]>;
  /** How many messages are ready. */
  depth(queue: string): Promise<number>;
  consumers(queue: string): Promise<number>;
}

export async function layBed(
  topology: string,
  at: { amqpUrl: string; vhost?: string } = broker,
): Promise<Bed> {
  const vhost = at.vhost ?? (await freshVhost());
  const folder = await mkdtemp(join(tmpdir(), 'topo-work-'));
  const file = join(folder, 'topology.yaml');
  await writeFile(file, `vhost: ${JSON.stringify(vhost)}\n${topology}`);
  const desired = await readTopology([file], { vars: [], varFiles: [], env: {} });
  const model = await connect(`${at.amqpUrl}/${encodeURIComponent(vhost)}`);
  model.on('error', () => undefined);
  atEnd(async () => {
    await model.close().catch(() => undefined);
    await rm(folder, { recursive: true });
  });
  const channel = await model.createConfirmChannel();
  channel.on('error', () => undefined);
  for (const { object } of desired.objects.values()) {
    if (object.kind === 'exchange') await channel.assertExchange(object.name, object.type);
    if (object.kind === 'queue') {
      const type = object.type === null ? {} : { 'x-queue-type': object.type };
      const args = { ...(toPlain(object.arguments) as object), ...type };
      await channel.assertQueue(object.name, { arguments: args });
    }
  }
  for (const { object } of desired.objects.values()) {
    if (object.kind === 'binding')
      await channel.bindQueue(object.destination, object.source, object.routing_key);
  }
  const results = async (tasks: number): Promise<Map<string, Result[]>> => {
    const found = new Map<string, Result[]>();
    await until(async () => {
      for (;;) {
        const message = await channel.get('results', { noAck: true });
        if (message === false) break;
        const result = JSON.parse(message.content.toString()) as Result;
        found.set(result.task, [...(found.get(result.task) ?? []), result]);
      }
      return found.size >= tasks;
    }, `results of ${tasks} tasks`);
    return found;
  };
  return {
    ...{ vhost, file, model, results, state: join(folder, 'state') },
    roles: readRoles(desired),
    target: targetOf(at.amqpUrl),
    publish: async (id, { key = 'k1', headers = {}, replyTo } = {}) => {
      const content = Buffer.from(JSON.stringify({ version: 1, id }));
      const reply = replyTo === undefined ? {} : { replyTo };
      channel.publish('jobs', key, content, {
        ...{ messageId: id, type: 'topo.task.v1', persistent: true, headers, ...reply },
      });
      await channel.waitForConfirms();
    },
    send: async (content, { key = 'k1', messageId } = {}) => {
      const id = messageId === undefined ? {} : { messageId };
      channel.publish('jobs', key, Buffer.from(content), { persistent: true, ...id });
      await channel.waitForConfirms();
    },
    take: async (queue) => {
      const message = await channel.get(queue, { noAck: true });
      return message === false ? undefined : message;
    },
    takeAll: (queue) => takeAll(model, queue),
    depth: async (queue) => (await channel.checkQueue(queue)).messageCount,
    consumers: async (queue) => (await channel.checkQueue(queue)).consumerCount,
  };
}

/** As a consumer: a request for each message takes far longer. */
async function takeAll(model: ChannelModel, queue: string): Promise<ConsumeMessage[]> {
  const channel = await model.createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  const taken: ConsumeMessage[] = [];
  if (messageCount > 0) {
    await channel.prefetch(messageCount);
    const { consumerTag } = await channel.consume(queue, (one) => one && taken.push(one));
    await until(() => taken.length === messageCount, `${messageCount} messages`);
    await channel.cancel(consumerTag);
    channel.ackAll();
  }
  await channel.close();
  return taken;
}

/** Fails, saying what, after 20 s. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  patience = 20_000,
): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await isSo())) {
    if (Date.now() > deadline) expect.fail(`waited in vain for ${what}`);
    await sleep(20);
  }
}
