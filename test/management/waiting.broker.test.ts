// Reports waits of over a second, and how long they may take at most.
import { expect, onTestFinished, test } from 'vitest';
import { Waiting } from '../../src/amqp/waiting.ts';
import { openBroker } from '../../src/management/broker.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy } from '../proxy.ts';
import { connectionTo, forward, queue, serve } from './arrange.ts';

/** All waits are short here, and so is the shortest reported one. */
const waits = { counts: 40, quiet: 5, settling: 5, lock: 30_000, patience: 20 };

function open(env: NodeJS.ProcessEnv, timeout = 10) {
  const told: string[] = [];
  const tell = (line: string) => told.push(line);
  const topo = openBroker(connectionTo(env, timeout), { waits, tell });
  onTestFinished(() => topo.close());
  return { topo, told };
}

test('a quorum queue that must stay empty: once, however many there are', async () => {
  const vhost = await freshVhost();
  const names = ['a', 'b', 'c'];
  const body = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
  for (const name of names) await api('PUT', `queues/${vhost}/${name}`, body);
  const { topo, told } = open({});
  for (const name of names) {
    await topo.delete(queue(vhost, name, { type: 'quorum' }), 'disconnect');
  }
  expect(told.filter((line) => line.includes('stays empty'))).toEqual([
    `waiting 0.04 s to see that queues/${vhost}/a stays empty, as RabbitMQ counts its messages every 5 s (the same for each such queue)`,
  ]);
});

test('AMQP that does not answer', async () => {
  const { hostname, port } = new URL(broker.amqpUrl);
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  onTestFinished(() => proxy.close());
  proxy.blackHole();
  const { topo, told } = open({ AMQP_URL: `amqp://127.0.0.1:${proxy.port}` }, 1);
  expect(await topo.readGap()).toBe('unpipelined');
  expect(told).toContain(
    `waiting for AMQP at 127.0.0.1:${proxy.port}, 1 s at most until it is connected`,
  );
});

test.each([
  [503, {}, '503 Service Unavailable'],
  [429, { 'retry-after': '1' }, '429 Too Many Requests'],
])('a request that is answered with %i first', async (status, headers, words) => {
  let left = 1;
  const endpoint = await serve((request, response) => {
    if (left-- > 0) response.writeHead(status, headers).end();
    else void forward(request, response);
  });
  const { topo, told } = open({ RABBITMQ_ENDPOINT: endpoint });
  await topo.readLive(new Set(['/']));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^waiting: GET http:\S+: \d.*: retrying, for (?:9|10) s at most$/);
  expect(told[0]).toContain(words);
});

test('short waits are not reported', async () => {
  const told: string[] = [];
  const waiting = new Waiting((line) => told.push(line), 1_000);
  waiting.say(1_000, 'a', 'short');
  expect(await waiting.during('b', 'quick', () => Promise.resolve(5))).toBe(5);
  waiting.say(1_001, 'c', 'long');
  waiting.say(6_000, 'c', 'long again');
  expect(told).toEqual(['long']);
});
