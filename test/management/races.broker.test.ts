// Somebody else binds, unbinds, deletes and declares between the plan and a replacement or a
// delete.
import { connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apply } from '../../src/reconcile/apply.ts';
import { NotReplaced, Outdated } from '../../src/reconcile/broker.ts';
import { noConsents } from '../../src/reconcile/consents.ts';
import { order } from '../../src/reconcile/order.ts';
import { AppliedPolicies } from '../../src/topology/applied-policies.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { Binding, TopologyObject } from '../../src/topology/object.ts';
import { Ways } from '../../src/topology/onward.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { firstOf, testInWhole } from '../sample.ts';
import { arrange, binding, exchange, openTestBroker, queue, standing, ways } from './arrange.ts';
import { openGateway } from './gateway.ts';

let vhost: string;
let proxy: Proxy;
beforeEach(async () => {
  vhost = await freshVhost();
  const { hostname, port } = new URL(broker.amqpUrl);
  proxy = await openProxy({ host: hostname, port: Number(port) });
});
afterEach(() => proxy.close());

const texts = (...objects: readonly TopologyObject[]): string[] =>
  objects.map(canonicalObject).sort();
const openOverAmqp = () => openTestBroker({ AMQP_URL: `amqp://127.0.0.1:${proxy.port}` });
/** A method on the wire: class, method, a short of 0, the name. */
const frame = (classId: number, method: number, name: string): RegExp =>
  new RegExp(
    `\\x00\\x${hex(classId)}\\x00\\x${hex(method)}\\x00\\x00\\x${hex(name.length)}${name}`,
  );
const hex = (number: number): string => number.toString(16).padStart(2, '0');
const unbind = (one: Binding): Promise<unknown> =>
  api('DELETE', `bindings/${vhost}/e/${one.source}/q/${one.destination}/${one.routing_key}`);

function world() {
  const before = exchange(vhost, 'x');
  const after = exchange(vhost, 'x', { type: 'topic' });
  const others = [queue(vhost, 'q'), queue(vhost, 'r'), exchange(vhost, 'up')];
  const bindings = [
    binding(vhost, 'x', 'q', { routing_key: 'a' }),
    binding(vhost, 'x', 'q', { routing_key: 'b', arguments: { n: 1 } }),
    binding(vhost, 'x', 'r', { routing_key: 'c' }),
    binding(vhost, 'x', 'up', { destination_type: 'exchange', routing_key: 'd' }),
    binding(vhost, 'up', 'x', { destination_type: 'exchange', routing_key: 'e' }),
  ] as const;
  return { before, after, others, bindings };
}

describe('a binding that is made after the last look', () => {
  test('is refused by the broker itself, and the removed bindings are put back', async () => {
    const { before, after, others, bindings } = world();
    const stranger = binding(vhost, 'x', 'q', { routing_key: 'late' });
    await arrange(before, ...others, ...bindings);
    const opened = openOverAmqp();
    const isReached = proxy.blackHoleBefore(frame(40, 20, 'x'));
    const replacing = opened
      .replace(before, after, bindings, 'lose-nothing')
      .catch((error: unknown) => error);
    await isReached;
    await arrange(stranger);
    proxy.restore();
    expect(await replacing).toMatchObject({
      message: `exchanges/${vhost}/x stays: bindings were made since the plan`,
      hint: 'run the same command again to plan with them',
    });
    expect(await standing(vhost)).toEqual(texts(before, ...others, ...bindings, stranger));
  });

  testInWhole('of an auto_delete exchange, too', async () => {
    const { others, bindings } = world();
    const [before, after] = ['direct', 'topic'].map((type) =>
      exchange(vhost, 'x', { type, auto_delete: true }),
    ) as [ReturnType<typeof exchange>, ReturnType<typeof exchange>];
    const stranger = binding(vhost, 'x', 'q', { routing_key: 'late' });
    await arrange(before, ...others, ...bindings);
    const isReached = proxy.blackHoleBefore(frame(40, 20, 'x'));
    const replacing = openOverAmqp()
      .replace(before, after, bindings, 'lose-nothing')
      .catch((error: unknown) => error);
    await isReached;
    await arrange(stranger);
    proxy.restore();
    expect(await replacing).toMatchObject({
      message: expect.stringContaining('x stays') as string,
    });
    expect(await standing(vhost)).toEqual(texts(before, ...others, ...bindings, stranger));
  });

  test('an auto_delete exchange is deleted with its last binding, and recreated', async () => {
    const { others, bindings } = world();
    const before = exchange(vhost, 'x', { auto_delete: true });
    const after = exchange(vhost, 'x', { auto_delete: true, type: 'topic' });
    await arrange(before, ...others, ...bindings);
    await openOverAmqp().replace(before, after, bindings, 'lose-nothing');
    expect(await standing(vhost)).toEqual(texts(after, ...others, ...bindings));
  });

  test('of a queue can be lost, and the one made after it reveals that', async () => {
    const before = queue(vhost, 'q');
    const after = queue(vhost, 'q', { arguments: { 'x-max-length': 5 } });
    const bindings = [binding(vhost, 'amq.direct', 'q', { routing_key: 'a' })];
    const [lost, seen] = ['lost', 'seen'].map((key) =>
      binding(vhost, 'amq.direct', 'q', { routing_key: key }),
    ) as [Binding, Binding];
    await arrange(before, ...bindings);
    let isDeleted = false;
    const gateway = await openGateway({
      fault: 'a 500 page',
      reaches: true,
      when: async ({ method, path }) => {
        if (method === 'DELETE' && path.includes('/q?if-empty')) {
          await arrange(lost);
          isDeleted = true;
        }
        if (isDeleted && method === 'POST') await arrange(seen);
        return false;
      },
    });
    const env = { RABBITMQ_ENDPOINT: gateway.endpoint, AMQP_URL: 'amqp://127.0.0.1:1' };
    const replacing = openTestBroker(env).replace(before, after, bindings, 'lose-nothing');
    await expect(replacing).rejects.toMatchObject({
      message: `queues/${vhost}/q was replaced, and meanwhile 1 binding was made`,
      hint: expect.stringContaining('may be lost') as string,
      lost: new Map(),
    });
    expect(await standing(vhost)).toEqual(texts(after, ...bindings, seen));
    gateway.close();
  });
});

describe.each(firstOf(ways))('$way', ({ env }) => {
  test('a binding that its owner removed since the plan stays away, and a declared one comes back', async () => {
    const { before, after, others, bindings } = world();
    const [declared, removed, ...rest] = bindings;
    await arrange(before, ...others, ...bindings);
    const opened = openTestBroker(env);
    await opened.readLive(new Set([vhost]));
    await unbind(declared);
    await api('DELETE', `bindings/${vhost}/e/x/q/q/${await keyOf(removed)}`);
    const told: Binding[] = [];
    const planned = { staying: bindings, deleted: [], declared: [declared] };
    await opened.replace(before, after, bindings, 'lose-nothing', planned, (gone) => {
      told.push(...gone);
    });
    expect(told).toEqual([removed]);
    expect(await standing(vhost)).toEqual(texts(after, ...others, declared, ...rest));
  });

  test('a binding that was missing when the broker was read is put back', async () => {
    const { before, after, others, bindings } = world();
    const [first, ...rest] = bindings;
    await arrange(before, ...others, ...rest);
    const opened = openTestBroker(env);
    await opened.readLive(new Set([vhost]));
    await opened.replace(before, after, bindings, 'lose-nothing');
    expect(await standing(vhost)).toEqual(texts(after, ...others, first, ...rest));
  });

  test('if the exchange itself is gone by then, all is put back', async () => {
    const { before, after, others, bindings } = world();
    await arrange(before, ...others, ...bindings);
    const opened = openTestBroker(env);
    await opened.readLive(new Set([vhost]));
    await api('DELETE', `exchanges/${vhost}/x`);
    await opened.replace(before, after, bindings, 'lose-nothing');
    expect(await standing(vhost)).toEqual(texts(after, ...others, ...bindings));
  });

  test('a run says which binding its owner removed, and ends well', async () => {
    const { before, after, others, bindings } = world();
    const [removed, ...rest] = bindings;
    await arrange(before, ...others, ...bindings);
    const opened = openTestBroker(env);
    const read = await opened.readLive(new Set([vhost]));
    const live = [...read.objects.values()].filter((object) => object.kind === 'binding');
    const address = addressOf(before);
    const ways = new Ways(read.objects, new AppliedPolicies(read, []));
    const changes = [
      { kind: 'replace', address, before, after, managed: true },
      ...live.map((one) => ({
        kind: 'replace',
        address: addressOf(one),
        because: address,
        managed: false,
        before: one,
        after: one,
      })),
    ] as Parameters<typeof order>[0];
    const steps = order(changes, ways);
    await unbind(removed);
    const stop = new AbortController().signal;
    const options = { consents: noConsents, parallel: 1, drainTimeout: 0, stop };
    const outcomes = await apply({ steps }, opened, options);
    expect(outcomes.filter(({ kind }) => kind !== 'succeeded')).toMatchObject([
      {
        step: { address: addressOf(removed) },
        kind: 'left',
        reason: 'someone has removed it since planning, so topo did not put it back',
      },
    ]);
    expect(await standing(vhost)).toEqual(texts(after, ...others, ...rest));
  });

  test('a vanished destination is reported as such, and nothing is deleted', async () => {
    const { before, after, others, bindings } = world();
    await arrange(before, ...others, ...bindings);
    await api('DELETE', `queues/${vhost}/r`);
    const replacing = openTestBroker(env).replace(before, after, bindings, 'lose-nothing');
    await expect(replacing).rejects.toBeInstanceOf(Outdated);
    await expect(replacing).rejects.toMatchObject({
      message: expect.stringMatching(
        /x stays: one of its bindings has lost an end: .*no queue 'r' in vhost/,
      ) as string,
      hint: 'plan again: the bindings to it are gone, too',
    });
    const left = bindings.filter(({ destination }) => destination !== 'r');
    const there = others.filter(({ name }) => name !== 'r');
    expect(await standing(vhost)).toEqual(texts(before, ...there, ...left));
  });
});

test('a record that another run has deleted meanwhile is written again before the delete', async () => {
  const before = queue(vhost, 'q');
  const after = queue(vhost, 'q', { arguments: { 'x-max-length': 5 } });
  await arrange(before);
  const recordsLeft = async (): Promise<string[]> =>
    ((await api('GET', `queues/${vhost}`)) as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => name.startsWith('topo.record.'));
  const seen: string[][] = [];
  const gateway = await openGateway({
    fault: 'a 500 page',
    reaches: true,
    when: async ({ method, path }) => {
      if (method === 'DELETE' && path.includes('/q?if-empty')) seen.push(await recordsLeft());
      return false;
    },
  });
  const env = { RABBITMQ_ENDPOINT: gateway.endpoint, AMQP_URL: 'amqp://127.0.0.1:1' };
  const opened = openTestBroker(env);
  const { cluster_name } = (await api('GET', 'overview')) as { cluster_name: string };
  const record = {
    id: '0123456-01234567',
    cluster_name,
    vhost,
    started: '2026-11-28T10:00:00.000Z',
    replaced: [{ before, after }],
    rings: [],
    bindings: [],
  };
  await opened.keepRecord(record);
  await openTestBroker().deleteRecord(record);
  expect(await recordsLeft()).toEqual([]);
  await opened.replace(before, after, [], 'lose-nothing');
  expect(seen).toEqual([['topo.record.0123456-01234567.1']]);
  await opened.deleteRecord(record);
  expect(await recordsLeft()).toEqual([]);
  gateway.close();
});

describe('an object that somebody has redeclared since the last look', () => {
  const rows = [
    ['a queue', 'q', { 'x-max-length': 9 }],
    ['an exchange', 'x', { 'alternate-exchange': 'up' }],
  ] as const;
  test.each(rows)('%s stays as it is now', async (_what, name, args) => {
    const isQueue = name === 'q';
    const make = (more: object) =>
      isQueue ? queue(vhost, name, more) : exchange(vhost, name, more);
    const [before, after] = [make({}), make({ arguments: { ...args, other: 1 } })];
    const theirs = make({ arguments: args });
    const ends = isQueue ? ['amq.direct', 'q'] : ['x', 'theirs'];
    const bound = binding(vhost, ends[0] ?? '', ends[1] ?? '', { routing_key: 'k' });
    const others = isQueue ? [] : [queue(vhost, 'theirs')];
    await arrange(before, ...others, bound);
    const isReached = proxy.blackHoleBefore(frame(isQueue ? 50 : 40, isQueue ? 40 : 20, name));
    const replacing = openOverAmqp()
      .replace(before, after, [bound], 'lose-nothing')
      .catch((error: unknown) => error);
    await isReached;
    await api('DELETE', `${isQueue ? 'queues' : 'exchanges'}/${vhost}/${name}`);
    await arrange(theirs, bound);
    proxy.restore();
    const address = addressOf(before);
    expect(await replacing).toMatchObject({
      message: `${address} stays: it has changed since planning`,
      hint: 'plan again: another run may have done it',
    });
    expect(await standing(vhost)).toEqual(texts(theirs, ...others, bound));
  });
});

async function keyOf({ routing_key }: Binding): Promise<string> {
  const bound = (await api('GET', `bindings/${vhost}/e/x/q/q`)) as {
    routing_key: string;
    properties_key: string;
  }[];
  const one = bound.find((row) => row.routing_key === routing_key);
  return encodeURIComponent(one?.properties_key ?? '');
}

describe('a classic queue that is a quorum queue by the time of its delete', () => {
  const own = () => queue(vhost, 'turns');

  /** Replaces it by a quorum queue with five messages. */
  async function turn(): Promise<void> {
    await api('DELETE', `queues/${vhost}/turns`);
    await arrange(queue(vhost, 'turns', { type: 'quorum' }));
    const model = await connect(`${broker.amqpUrl}/${vhost}`);
    const channel = await model.createConfirmChannel();
    for (let n = 0; n < 5; n++) channel.sendToQueue('turns', Buffer.from('x'));
    await channel.waitForConfirms();
    await model.close();
  }

  const says = () => `queues/${vhost}/turns stays: it is a quorum queue now, and holds 5 messages`;

  test('stays, says why, and disturbs no work in flight', async () => {
    const others = Array.from({ length: 30 }, (_, n) => queue(vhost, `other ${n}`));
    await arrange(own(), ...others);
    const opened = openOverAmqp();
    await opened.readLive(new Set([vhost]));
    await opened.readGap();
    const isReached = proxy.blackHoleBefore(frame(50, 40, 'turns'));
    const deleting = Promise.allSettled(
      [own(), ...others].map((one) => opened.delete(one, 'lose-nothing')),
    );
    await isReached;
    await turn();
    proxy.restore();
    const [turned, ...rest] = await deleting;
    expect(turned).toMatchObject({ status: 'rejected', reason: { message: says() } });
    expect(rest.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await standing(vhost)).toEqual(texts(queue(vhost, 'turns', { type: 'quorum' })));
    // The connection for everything else is still the first one.
    const connections = proxy.connections;
    await opened.readDepths([own()]);
    expect(proxy.connections).toBe(connections);
  });

  test('stays in a replacement, and is not reported gone', async () => {
    const bindings = [binding(vhost, 'amq.direct', 'turns', { routing_key: 'k' })];
    await arrange(own(), ...bindings);
    const opened = openOverAmqp();
    const isReached = proxy.blackHoleBefore(frame(50, 40, 'turns'));
    const after = queue(vhost, 'turns', { arguments: { 'x-max-length': 5 } });
    const replacing = opened
      .replace(own(), after, bindings, 'lose-nothing')
      .catch((error: unknown) => error);
    await isReached;
    await turn();
    proxy.restore();
    const error = await replacing;
    const changed = 'it has changed since planning';
    expect(error).toMatchObject({ message: `queues/${vhost}/turns stays: ${changed}` });
    expect(error).not.toBeInstanceOf(NotReplaced);
  });

  testInWhole('stays over HTTP, too', async () => {
    await arrange(own());
    const gateway = await openGateway({
      fault: 'a 500 page',
      reaches: true,
      when: async ({ method }) => {
        if (method === 'DELETE') await turn();
        return false;
      },
    });
    const env = { RABBITMQ_ENDPOINT: gateway.endpoint, AMQP_URL: 'amqp://127.0.0.1:1' };
    await expect(openTestBroker(env).delete(own(), 'lose-nothing')).rejects.toThrow(
      `queues/${vhost}/turns stays: it is a quorum queue now`,
    );
    gateway.close();
  });
});
