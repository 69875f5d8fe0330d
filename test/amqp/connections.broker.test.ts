import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import { AmqpConnections } from '../../src/amqp/connections.ts';
import type { AmqpTarget } from '../../src/connection/amqp-target.ts';
import { AmqpError } from '../../src/amqp/amqp-error.ts';
import { readQueues } from '../../src/amqp/passive.ts';
import type { ExpectedBroker } from '../../src/connection/expected-broker.ts';
import { Secret } from '../../src/topology/secret.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy } from '../proxy.ts';
import { hostname, port, target } from './target.ts';

const hint = 'set AMQP_URL to where the broker speaks AMQP, such as amqp://localhost:5672';
const clusterName = async () => {
  const { cluster_name } = (await api('GET', 'overview')) as { cluster_name: string };
  return cluster_name;
};

const expected: ExpectedBroker = {
  clusterName,
  hasQueue: (vhost, name) =>
    api('GET', `queues/${encodeURIComponent(vhost)}/${name}`).then(
      () => true,
      () => false,
    ),
};

async function errorOf(to: AmqpTarget, vhost: string, whom = expected): Promise<string> {
  const connections = new AmqpConnections(to, 1_000, whom);
  const error = await connections.connect(vhost).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  await connections.close();
  expect(error).toBeInstanceOf(AmqpError);
  const { message, hint: next = '' } = error as AmqpError;
  return `${message} | ${next}`;
}

test('nothing listens', async () => {
  expect(await errorOf({ ...target, hostname: '127.0.0.1', port: 1 }, '/')).toBe(
    `AMQP: the broker at 127.0.0.1:1 (as the test says): connect ECONNREFUSED 127.0.0.1:1 | ${hint}`,
  );
});

test('another broker listens', async () => {
  const other = { ...expected, clusterName: () => Promise.resolve('rabbit@elsewhere') };
  expect(await errorOf(target, '/', other)).toBe(
    `AMQP: the broker at ${hostname}:${port} (as the test says) is the broker ${await clusterName()}, not rabbit@elsewhere | ${hint}`,
  );
});

test('a wrong password', async () => {
  expect(await errorOf({ ...target, password: new Secret('sesame') }, '/')).toBe(
    `AMQP: the broker at ${hostname}:${port} (as the test says) refused user ${target.username} (403): the user or the password is wrong | check RABBITMQ_USERNAME and RABBITMQ_PASSWORD, or those in AMQP_URL`,
  );
});

test('a missing vhost', async () => {
  expect(await errorOf(target, 'not/there')).toBe(
    `AMQP: the broker at ${hostname}:${port} (as the test says) refused user ${target.username} (530): vhost "not/there" is not there, is closed to the user, or a limit of connections is reached | if that is the broker you mean, create the vhost that the topology names: rabbitmqctl add_vhost not/there; let the user in: if rabbitmqctl list_user_permissions ${target.username} shows none: rabbitmqctl set_permissions -p not/there ${target.username} '' '' ''; or raise the limit: rabbitmqctl list_user_limits, list_vhost_limits`,
  );
});

test('a broker that accepts and says nothing', async () => {
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  proxy.blackHole();
  const since = performance.now();
  const text = await errorOf({ ...target, hostname: '127.0.0.1', port: proxy.port }, '/');
  expect(text).toBe(
    `AMQP: the broker at 127.0.0.1:${proxy.port} (as the test says): connect ETIMEDOUT | ${hint}`,
  );
  expect(performance.now() - since).toBeLessThan(3_000);
  await proxy.close();
});

test('a silent connection is closed in time, and the next call opens another', async () => {
  const vhost = await freshVhost();
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  const through = { ...target, hostname: '127.0.0.1', port: proxy.port };
  const connections = new AmqpConnections(through, 1_000, expected);
  await connections.connect(vhost);
  proxy.blackHole();
  await expect(
    connections.withChannel(vhost, (channel) => channel.checkQueue('q')),
  ).rejects.toThrow('Channel ended');
  proxy.restore();
  expect(await readQueues(connections, vhost, ['q'])).toEqual(new Map([['q', { kind: 'gone' }]]));
  expect(proxy.connections).toBe(2);
  await connections.close();
  await proxy.close();
});

test('a cut connection affects nothing else', async () => {
  const vhost = await freshVhost();
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  const through = { ...target, hostname: '127.0.0.1', port: proxy.port };
  const connections = new AmqpConnections(through, 1_000, expected);
  for (let n = 0; n < 5; n++) {
    await connections.connect(vhost);
    proxy.cut();
    await expect
      .poll(() => readQueues(connections, vhost, ['q']))
      .toEqual(new Map([['q', { kind: 'gone' }]]));
  }
  await connections.close();
  await proxy.close();
});

test.each(['cut', 'blackHole'] as const)('closing ends despite a %s', async (fault) => {
  const vhost = await freshVhost();
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  const through = { ...target, hostname: '127.0.0.1', port: proxy.port };
  const connections = new AmqpConnections(through, 1_000, expected);
  await connections.connect(vhost);
  const since = performance.now();
  const closing = connections.close();
  proxy[fault]();
  await closing;
  expect(performance.now() - since).toBeLessThan(3_000);
  await proxy.close();
});

test('many queues are read, missing and refused ones among them', async () => {
  const vhost = await freshVhost();
  const url = new URL(broker.amqpUrl);
  url.pathname = vhost;
  const model = await connect(url.href);
  const channel = await model.createChannel();
  await channel.assertQueue('locked', { exclusive: true });
  const names = Array.from({ length: 60 }, (_, n) => `q${n}`);
  for (const name of names.filter((_, n) => n % 3 > 0)) await channel.assertQueue(name);
  channel.sendToQueue('q1', Buffer.from('x'));
  const connections = new AmqpConnections(target, 5_000, expected);
  const looks = await readQueues(connections, vhost, [...names, 'locked']);
  await connections.close();
  await model.close();
  const kinds = names.map((name) => looks.get(name)?.kind);
  expect(kinds).toEqual(names.map((_, n) => (n % 3 > 0 ? 'seen' : 'gone')));
  expect(looks.get('q1')).toEqual({ kind: 'seen', ready: 1, consumers: 0 });
  expect(looks.get('locked')).toMatchObject({ kind: 'refused', error: { code: 405 } });
});
