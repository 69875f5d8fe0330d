// Two brokers of one name, which only a look at both tells apart.
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { AmqpConnections } from '../../src/amqp/connections.ts';
import { readQueues } from '../../src/amqp/passive.ts';
import { Client } from '../../src/management/client.ts';
import { expectBrokerOf } from '../../src/management/expected-broker.ts';
import { amqpUrlOf, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, freshVhost, takeNode } from '../broker.ts';
import { connectionTo, exchange, openTestBroker, queue, userWith } from '../management/arrange.ts';

let other: Sandbox;
let vhost: string;
let clusterName: string;
beforeAll(async () => {
  [other, vhost] = await Promise.all([takeNode(), freshVhost()]);
  const overview = (await api('GET', 'overview')) as { cluster_name: string };
  clusterName = overview.cluster_name;
  const former = (await onOther('GET', 'overview')) as { cluster_name: string };
  await onOther('PUT', 'cluster-name', { name: clusterName });
  await onOther('PUT', `vhosts/${vhost}`);
  return async () => {
    await onOther('DELETE', `vhosts/${vhost}`);
    await onOther('PUT', 'cluster-name', { name: former.cluster_name });
  };
}, 60_000);

const onOther = (method: string, path: string, body?: unknown) =>
  api(method, path, body, brokerOf(other));
const elsewhere = () => ({ AMQP_URL: amqpUrlOf(other) });
const refusal = () => ({
  message: expect.stringContaining(
    `AMQP: the broker at 127.0.0.1:${other.ports.amqp} (as AMQP_URL says) is another broker than the endpoint, though both are called ${clusterName}`,
  ) as string,
  hint: 'set AMQP_URL to where the broker speaks AMQP, such as amqp://localhost:5672',
});

test('the quorum queue of another broker of the same name is neither counted nor deleted', async () => {
  const doomed = queue(vhost, 'doomed', { type: 'quorum' });
  const declaration = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
  await api('PUT', `queues/${vhost}/doomed`, declaration);
  await onOther('PUT', `queues/${vhost}/doomed`, declaration);
  const topo = openTestBroker(elsewhere());
  const [depth] = (await topo.readDepths([doomed])).values();
  const { message: why, hint } = refusal();
  expect(depth).toEqual({ kind: 'unknown', why, hint });
  await expect(topo.delete(doomed, 'lose-nothing')).rejects.toThrow('another broker');
  expect(await onOther('GET', `queues/${vhost}`)).toMatchObject([{ name: 'doomed' }]);
});

test('an exchange is replaced on the broker of the endpoint, and on no other of its name', async () => {
  const [before, after] = [exchange(vhost, 'e'), exchange(vhost, 'e', { type: 'topic' })];
  await api('PUT', `exchanges/${vhost}/e`, { type: 'direct', durable: true });
  await onOther('PUT', `exchanges/${vhost}/e`, { type: 'direct', durable: true });
  const topo = openTestBroker(elsewhere());
  expect(await topo.readGap()).toBe('refused');
  expect(topo.doubts().map(({ message }) => message)).toEqual([
    expect.stringContaining('another broker than the endpoint'),
  ]);
  await topo.replace(before, after, [], 'lose-nothing');
  expect(await api('GET', `exchanges/${vhost}/e`)).toMatchObject({ type: 'topic' });
  expect(await onOther('GET', `exchanges/${vhost}/e`)).toMatchObject({ type: 'direct' });
});

test('one probe tells for all queues, and leaves nothing behind', async () => {
  const own = await freshVhost();
  const { connections, probes, close } = openCounted(connectionTo());
  const names = Array.from({ length: 40 }, (_, n) => `q${n}`);
  await readQueues(connections, own, names);
  await readQueues(connections, own, names);
  expect(probes).toHaveLength(1);
  expect(await api('GET', `queues/${own}`)).toEqual([]);
  await close();
});

test.each(['no permission', 'no queue left of its limit'])(
  'with %s to declare one with, the name of the broker is believed',
  async (obstacle) => {
    const own = await freshVhost();
    const limited = obstacle !== 'no permission';
    const rights = { configure: limited ? '.*' : '^$', write: '.*', read: '.*' };
    const env = await userWith(`topo-${randomUUID()}`, 'management', { [own]: rights });
    await api('PUT', `queues/${own}/q`, { durable: true });
    if (limited) await api('PUT', `vhost-limits/${own}/max-queues`, { value: 1 });
    const { connections, probes, close } = openCounted(connectionTo(env));
    const looks = await readQueues(connections, own, ['q']);
    expect(looks.get('q')).toEqual({ kind: 'seen', ready: 0, consumers: 0 });
    expect(probes).toEqual([]);
    await close();
  },
);

test('waits for a queue that the management API learns of late', async () => {
  const own = await freshVhost();
  let looks = 0;
  const hasQueue = () => Promise.resolve(++looks > 2);
  const expected = { clusterName: () => Promise.resolve(clusterName), hasQueue };
  const connections = new AmqpConnections(connectionTo().amqp, 5_000, expected);
  await expect(connections.connect(own)).resolves.toBeDefined();
  await connections.close();
});

/** `probes`: the queues that the management API was asked for. */
function openCounted(connection: ReturnType<typeof connectionTo>) {
  const client = new Client(connection);
  const expected = expectBrokerOf(client);
  const probes: string[] = [];
  const hasQueue = (inVhost: string, name: string) => {
    probes.push(name);
    return expected.hasQueue(inVhost, name);
  };
  const connections = new AmqpConnections(connection.amqp, 5_000, { ...expected, hasQueue });
  const close = async () => {
    await connections.close();
    client.close();
  };
  return { connections, probes, close };
}
