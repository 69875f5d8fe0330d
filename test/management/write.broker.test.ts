import { describe, expect, test } from 'vitest';
import { addressOf } from '../../src/topology/identity.ts';
import type { LiveBinding } from '../../src/topology/live.ts';
import { Float } from '../../src/topology/value.ts';
import { api, freshVhost } from '../broker.ts';
import { binding, exchange, openTestBroker, queue, quorumVhost, ways } from './arrange.ts';

const names = [
  'a/b ~+%🐇',
  '__proto__',
  'constructor',
  'esc \u001b[31m',
  'bidi \u202e txt',
  'c1 \u0085',
  "it's (a) *star*!",
  '...',
  'ä'.repeat(127),
];

test.each(names)('%j is put, bound, unbound and deleted', async (name) => {
  const vhost = await freshVhost();
  const opened = openTestBroker();
  const wanted = new Set([vhost]);
  const [x, q] = [exchange(vhost, name), queue(vhost, name)];
  for (const object of [x, q]) await opened.put(object);
  const bindings = [
    binding(vhost, name, name, { routing_key: name }),
    binding(vhost, name, name, { routing_key: 'key', arguments: { [name]: name } }),
    binding(vhost, name, name, { destination_type: 'exchange' }),
  ];
  for (const one of bindings) await opened.put(one);
  const bound = await liveBindings(vhost);
  expect(bound.map(withoutKey)).toEqual(
    expect.arrayContaining(bindings.map((one) => ({ ...one, properties_key: undefined }))),
  );
  for (const one of bound) await opened.unbind(one);
  expect(await liveBindings(vhost)).toEqual([]);
  for (const object of [x, q]) await opened.delete(object, 'lose-nothing');
  const { objects } = await opened.readLive(wanted);
  expect([...objects.values()].filter((object) => 'system' in object && !object.system)).toEqual(
    [],
  );
});

function withoutKey(bound: LiveBinding): object {
  return { ...bound, properties_key: undefined };
}

async function liveBindings(vhost: string): Promise<LiveBinding[]> {
  const { objects } = await openTestBroker().readLive(new Set([vhost]));
  return [...objects.values()].filter((object) => object.kind === 'binding');
}

describe('a classic queue has the arguments that an application or an import gives it', () => {
  const argumentsOf = async (vhost: string, name: string): Promise<unknown> =>
    ((await api('GET', `queues/${vhost}/${name}`)) as { arguments: unknown }).arguments;
  /** Returns what the broker makes of a declaration that names no type. */
  const plainOf = async (vhost: string): Promise<unknown> => {
    await api('PUT', `queues/${vhost}/plain`, { durable: true, arguments: {} });
    return argumentsOf(vhost, 'plain');
  };

  test.each(ways)('when it is created and when it is replaced, $way', async ({ env }) => {
    const vhost = await freshVhost();
    const plain = await plainOf(vhost);
    const opened = openTestBroker(env);
    await opened.readLive(new Set([vhost]));
    await opened.put(queue(vhost, 'q'));
    expect(await argumentsOf(vhost, 'q')).toEqual(plain);
    const [before, after] = [
      queue(vhost, 'q'),
      queue(vhost, 'q', { arguments: { 'x-max-length': 5 } }),
    ];
    await opened.replace(before, after, [], 'lose-nothing');
    expect(await argumentsOf(vhost, 'q')).toEqual({ ...(plain as object), 'x-max-length': 5 });
  });

  test("and names its type if the vhost's default is another, in the same run", async () => {
    const [classic, quorum] = [await freshVhost(), await quorumVhost()];
    const plain = await plainOf(classic);
    const opened = openTestBroker();
    await opened.readLive(new Set([classic, quorum]));
    for (const vhost of [classic, quorum]) await opened.put(queue(vhost, 'q'));
    expect(await argumentsOf(classic, 'q')).toEqual(plain);
    expect(await argumentsOf(quorum, 'q')).toEqual({ 'x-queue-type': 'classic' });
  });

  test('and names its type if no vhost was read', async () => {
    const vhost = await freshVhost();
    await openTestBroker().put(queue(vhost, 'q'));
    expect(await argumentsOf(vhost, 'q')).toEqual({ 'x-queue-type': 'classic' });
  });
});

test('bindings that differ only by 1, 1.0 and "1" are three, and are deleted one by one', async () => {
  const vhost = await freshVhost();
  const opened = openTestBroker();
  await opened.put(exchange(vhost, 'x', { type: 'headers' }));
  await opened.put(queue(vhost, 'q'));
  const values = [1, new Float(1), '1'];
  for (const value of values) {
    await opened.put(binding(vhost, 'x', 'q', { arguments: { value } }));
  }
  const bound = await liveBindings(vhost);
  expect(bound.map((one) => one.arguments.get('value'))).toEqual(expect.arrayContaining(values));
  expect(bound).toHaveLength(3);
  for (const one of bound) await opened.unbind(one);
  expect(await liveBindings(vhost)).toEqual([]);
});

test('a binding that would break every list of bindings is refused', async () => {
  const vhost = await freshVhost();
  const opened = openTestBroker();
  await opened.put(exchange(vhost, 'x', { type: 'headers' }));
  await opened.put(queue(vhost, 'q'));
  const poison = binding(vhost, 'x', 'q', { routing_key: 'a~b', arguments: { n: 1 } });
  await expect(opened.put(poison)).rejects.toMatchObject({
    message: `${addressOf(poison)}: RabbitMQ can't list a binding that has arguments and a ~ inside its routing key`,
    hint: 'use a routing key without ~',
  });
  for (const routing_key of ['~', 'a~', 'a~b~']) {
    await opened.put(binding(vhost, 'x', 'q', { routing_key, arguments: { n: 1 } }));
  }
  await opened.put(binding(vhost, 'x', 'q', { routing_key: 'a~b' }));
  const keys = (await liveBindings(vhost)).map(({ routing_key }) => routing_key);
  expect(keys.sort()).toEqual(['a~', 'a~b', 'a~b~', '~']);
});

test('deleting and unbinding objects already gone succeeds', async () => {
  const vhost = await freshVhost();
  const opened = openTestBroker();
  await opened.delete(exchange(vhost, 'x'), 'lose-nothing');
  await opened.delete(queue(vhost, 'q'), 'lose-nothing');
  await opened.delete(queue(vhost, 'q', { type: 'quorum' }), 'lose-nothing');
  await opened.unbind({ ...binding(vhost, 'x', 'q'), properties_key: '~' });
});

test('a durable exchange and a durable queue are durable', async () => {
  const vhost = await freshVhost();
  const opened = openTestBroker();
  await opened.put(exchange(vhost, 'x'));
  await opened.put(queue(vhost, 'q'));
  expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ durable: true });
  expect(await api('GET', `queues/${vhost}/q`)).toMatchObject({ durable: true });
});

test("a classic queue is classic even if the vhost's default is quorum", async () => {
  const vhost = await quorumVhost();
  await openTestBroker().put(queue(vhost, 'q'));
  await openTestBroker().put(queue(vhost, 'q'));
  expect(await api('GET', `queues/${vhost}/q`)).toMatchObject({ type: 'classic' });
});

test.each(['.', '..'])('an exchange named %j is not deleted through another path', async (name) => {
  const vhost = await freshVhost();
  const deleting = openTestBroker().delete(exchange(vhost, name), 'lose-nothing');
  await expect(deleting).rejects.toMatchObject({
    message: `exchanges/${vhost}/${name}: a URL can't contain a name of one or two dots`,
    hint: 'use an AMQP client for it',
  });
});
