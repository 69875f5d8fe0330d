// A gateway answers in the broker's place, with or without passing the request on.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NotReplaced } from '../../src/reconcile/broker.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { TopologyObject } from '../../src/topology/object.ts';
import type { Parameter } from '../../src/topology/object.ts';
import { toTable } from '../../src/topology/value.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { arrange, binding, exchange, openTestBroker, queue, standing } from './arrange.ts';
import { openGateway, type Asked, type Fault, type Gateway } from './gateway.ts';

let vhost: string;
let gateway: Gateway | undefined;
beforeEach(async () => {
  vhost = await freshVhost();
});
afterEach(() => gateway?.close());

/**
 * Over HTTP only. `timeout`: seconds, few only where a fault stays: a busy machine once took more
 * than a second for a PUT that was to succeed.
 */
async function openBehind(
  fault: Fault,
  when: (asked: Asked) => boolean,
  { reaches = true, timeout = 30 } = {},
) {
  gateway = await openGateway({ fault, reaches, when });
  const env = { RABBITMQ_ENDPOINT: gateway.endpoint, AMQP_URL: 'amqp://127.0.0.1:1' };
  return openTestBroker(env, timeout);
}

const isOf =
  (method: string, path: RegExp) =>
  (asked: Asked): boolean =>
    asked.method === method && path.test(asked.path);
const ofX = /\/exchanges\/[^/]+\/x($|\?)/;
const texts = (...objects: readonly TopologyObject[]): string[] =>
  objects.map(canonicalObject).sort();

async function arrangeExchange() {
  const before = exchange(vhost, 'x');
  const after = exchange(vhost, 'x', { type: 'topic' });
  const others = [exchange(vhost, 'up'), queue(vhost, 'q')];
  const bindings = [
    ...['a', 'b', 'c'].map((routing_key) => binding(vhost, 'x', 'q', { routing_key })),
    binding(vhost, 'x', 'q', { arguments: { n: 1 } }),
    binding(vhost, 'up', 'x', { destination_type: 'exchange', routing_key: 'u' }),
  ];
  await arrange(before, ...others, ...bindings);
  return { before, after, others, bindings };
}

/** The first PUTs after the exchange was deleted, up to `most`. */
function putsAfterDelete(most: number): (asked: Asked) => boolean {
  let isDeleted = false;
  let puts = 0;
  return (asked) => {
    isDeleted ||= isOf('DELETE', ofX)(asked);
    return isDeleted && asked.method === 'PUT' && puts++ < most;
  };
}

/**
 * RabbitMQ does so while it still deletes an exchange with that name, for seconds if it has many
 * bindings.
 */
describe('a declaration that is answered and ignored is repeated', () => {
  test('until the bindings are back', async () => {
    const { before, after, others, bindings } = await arrangeExchange();
    const opened = await openBehind('a 201', putsAfterDelete(2), { reaches: false });
    await opened.replace(before, after, bindings, 'lose-nothing');
    expect(gateway?.failed).toBe(2);
    expect(await standing(vhost)).toEqual(texts(after, ...others, ...bindings));
  });

  test('until the exchange is there, if nothing is bound yet', async () => {
    const { before, after, others } = await arrangeExchange();
    const opened = await openBehind('a 201', putsAfterDelete(2), { reaches: false });
    await opened.delete(before, 'lose-nothing');
    await opened.restore(before, after);
    expect(await standing(vhost)).toEqual(texts(after, ...others));
  });
});

/** npm run test:faults runs all of them. */
const sample: readonly Fault[] = [
  'a 502 page',
  'a 200 page',
  'a 404 page',
  'a redirect to no address',
];

describe.each(firstOf(sample, 2))('%s', (fault) => {
  describe.each(firstOf(['PUT', 'POST', 'DELETE']))('after each %s of a replacement', (method) => {
    test('everything is back, and the new object exists', async () => {
      const { before, after, others, bindings } = await arrangeExchange();
      const of = method === 'POST' ? /\/bindings\// : ofX;
      const opened = await openBehind(fault, isOf(method, of));
      await opened.replace(before, after, bindings, 'lose-nothing');
      expect(await standing(vhost)).toEqual(texts(after, ...others, ...bindings));
      expect(gateway?.failed).toBeGreaterThan(0);
    });
  });

  test('in place of a DELETE: the old object is reported to stay, with all of its bindings', async () => {
    const { before, after, others, bindings } = await arrangeExchange();
    const opened = await openBehind(fault, isOf('DELETE', ofX), { reaches: false });
    await expect(opened.replace(before, after, bindings, 'lose-nothing')).rejects.toThrow(
      /x is as it was before, because DELETE .*; 5 of 5 bindings are back$/,
    );
    expect(await standing(vhost)).toEqual(texts(before, ...others, ...bindings));
  });

  test('in place of the first PUTs of the new object: they are repeated', async () => {
    const { before, after, others, bindings } = await arrangeExchange();
    const opened = await openBehind(fault, putsAfterDelete(3), { reaches: false });
    await opened.replace(before, after, bindings, 'lose-nothing');
    expect(await standing(vhost)).toEqual(texts(after, ...others, ...bindings));
    expect(gateway?.failed).toBe(3);
  });

  test('after plain writes: those carried out have succeeded', async () => {
    const opened = await openBehind(fault, ({ method }) => method !== 'GET');
    const [x, q, bound] = [
      exchange(vhost, 'x', { arguments: { 'alternate-exchange': 'y' } }),
      queue(vhost, 'q', { arguments: { 'x-max-length': 5 } }),
      binding(vhost, 'x', 'q', { routing_key: 'a/b ~', arguments: {} }),
    ];
    await opened.put(x);
    await opened.put(q);
    await opened.put(bound);
    expect(await standing(vhost)).toEqual(texts(x, q, bound));
    await opened.unbind({ ...bound, properties_key: 'a%2Fb+%7E' });
    await opened.delete(q, 'lose-messages');
    await opened.delete(x, 'lose-nothing');
    expect(await standing(vhost)).toEqual([]);
  });

  test('in place of plain writes: those not carried out have failed', async () => {
    const [x, q] = [exchange(vhost, 'x'), queue(vhost, 'q')];
    const bound = binding(vhost, 'x', 'q', { routing_key: 'k' });
    await arrange(x, q, bound);
    const opened = await openBehind(fault, ({ method }) => method !== 'GET', {
      reaches: false,
      timeout: 1,
    });
    const writes = [
      opened.put(exchange(vhost, 'new')),
      opened.put(binding(vhost, 'x', 'q', { routing_key: 'new' })),
      opened.unbind({ ...bound, properties_key: 'k' }),
      opened.delete(q, 'lose-messages'),
      opened.delete(x, 'lose-nothing'),
    ];
    for (const write of await Promise.allSettled(writes)) expect(write.status).toBe('rejected');
    expect(await standing(vhost)).toEqual(texts(x, q, bound));
  });
});

test.each(['a 404 page', 'a 404 in JSON of its own'] as const)(
  '%s in place of the lists of bindings does not mean that there are none',
  async (fault) => {
    const { before, after, others, bindings } = await arrangeExchange();
    const opened = await openBehind(fault, isOf('GET', /\/bindings/), { reaches: false });
    await expect(opened.replace(before, after, bindings, 'lose-nothing')).rejects.toThrow('404');
    expect(await standing(vhost)).toEqual(texts(before, ...others, ...bindings));
  },
);

test('while no PUT gets through, the exchange is reported gone, with its bindings', async () => {
  const { before, after, others, bindings } = await arrangeExchange();
  const opened = await openBehind('a 502 page', putsAfterDelete(Infinity), {
    reaches: false,
    timeout: 1,
  });
  const error: unknown = await opened
    .replace(before, after, bindings, 'lose-nothing')
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NotReplaced);
  const { message, lost } = error as NotReplaced;
  expect(message).toMatch(/x seems to be gone, and 5 bindings with it: PUT .*: 502 Bad Gateway$/);
  expect([...lost.keys()].sort()).toEqual(bindings.map(addressOf).sort());
  expect(await standing(vhost)).toEqual(texts(...others));
});

test('a refusal by the broker itself needs no further look', async () => {
  const opened = await openBehind('a 500 page', () => false);
  await arrange(exchange(vhost, 'x'));
  await expect(opened.put(exchange(vhost, 'x', { type: 'fanout' }))).rejects.toThrow(
    'inequivalent arg',
  );
  expect(gateway?.asked.map(({ method }) => method)).toEqual(['PUT']);
});

describe('a refusal because another vhost is being deleted', () => {
  const upstream = (): Parameter => ({
    ...{ kind: 'parameter', vhost, component: 'federation-upstream', name: 'u' },
    value: toTable({ uri: 'amqp://127.0.0.1:1' }),
  });
  const fault = 'a 400 about another vhost';
  const isPut = isOf('PUT', /parameters/);

  test('passes, and the request is repeated', async () => {
    let left = 3;
    const opened = await openBehind(fault, (asked) => isPut(asked) && left-- > 0, {
      reaches: false,
    });
    await opened.put(upstream());
    expect(gateway?.failed).toBe(3);
    expect(await standing(vhost)).toHaveLength(1);
  });

  test('is told, and what to do, if it stays', async () => {
    const opened = await openBehind(fault, isPut, { reaches: false, timeout: 5 });
    await expect(opened.put(upstream())).rejects.toMatchObject({
      message: expect.stringContaining('400 no_such_vhost another') as string,
      hint: 'RabbitMQ refuses it while that vhost is being deleted: run it again afterwards',
    });
  });
});

test('an upstream is stored although another vhost with federation is being deleted', async () => {
  const opened = openTestBroker();
  for (const n of [1, 2]) {
    const going = await federatedVhost();
    const state = { isGone: false };
    const deleting = api('DELETE', `vhosts/${going}`).finally(() => (state.isGone = true));
    while (!state.isGone) {
      const value = toTable({ uri: `amqp://127.0.0.1:${n}` });
      const name = `u${randomUUID()}`;
      const parameter = { vhost, component: 'federation-upstream', name, value } as const;
      await opened.put({ kind: 'parameter', ...parameter });
      await opened.remove({ kind: 'parameter', ...parameter }, { mayDisconnect: false });
    }
    await deleting;
  }
  expect(await standing(vhost)).toEqual([]);
});

/** RabbitMQ answers 500 or 400 while its links stop. */
async function federatedVhost(): Promise<string> {
  const going = `test-${randomUUID()}`;
  await api('PUT', `vhosts/${going}`);
  const uri = 'amqp://127.0.0.1:1';
  await api('PUT', `parameters/federation-upstream/${going}/u`, { value: { uri } });
  const definition = { 'federation-upstream-set': 'all' };
  await api('PUT', `policies/${going}/f`, { pattern: '.*', definition });
  const rights = { configure: '.*', write: '.*', read: '.*' };
  await api('PUT', `permissions/${going}/${broker.username}`, rights);
  for (let n = 0; n < 20; n++) {
    await api('PUT', `exchanges/${going}/x${n}`, { type: 'topic', durable: true });
    await api('PUT', `queues/${going}/q${n}`, { durable: true });
  }
  return going;
}
