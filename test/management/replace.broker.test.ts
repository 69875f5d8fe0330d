// Replacing keeps all bindings, also of others and with arguments, over AMQP and over HTTP alike.
import { connect, type ChannelModel } from 'amqplib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { Binding } from '../../src/topology/object.ts';
import { ExpectedError } from '../../src/topology/problem.ts';
import { Float } from '../../src/topology/value.ts';
import { broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { firstOf } from '../sample.ts';
import {
  arrange,
  binding,
  exchange,
  openTestBroker,
  proxyTo,
  queue,
  standing,
  userWith,
  ways,
} from './arrange.ts';

let vhost: string;
let model: ChannelModel;
const amqp = new URL(broker.amqpUrl);
beforeEach(async () => {
  vhost = await freshVhost();
});

const keys = [
  { routing_key: 'key' },
  { routing_key: '' },
  { routing_key: 'k', arguments: { int: 1, float: new Float(1), big: 9007199254740993n } },
  { routing_key: 'k', arguments: { float: 1.5, list: [1, { nested: true, also: 'x' }] } },
  { routing_key: 'ä/~', arguments: { __proto: 'x', ['__proto__']: 'y' } },
];

/** How the loss is known. */
const kinds: Record<string, string> = { 'over AMQP': 'counted', 'over HTTP': 'counted-before' };

describe.each(ways)('$way', ({ way, env }) => {
  test('an exchange of another type keeps its bindings', async () => {
    const [before, after] = [exchange(vhost, 'x'), exchange(vhost, 'x', { type: 'topic' })];
    const others = [exchange(vhost, 'up'), exchange(vhost, 'down'), queue(vhost, 'q')];
    const bindings = [
      ...keys.map((key) => binding(vhost, 'x', 'q', key)),
      binding(vhost, 'up', 'x', { destination_type: 'exchange', routing_key: 'u' }),
      binding(vhost, 'x', 'down', { destination_type: 'exchange', routing_key: 'd' }),
      binding(vhost, 'x', 'x', { destination_type: 'exchange' }),
    ];
    await arrange(before, ...others, ...bindings);
    await openTestBroker(env).replace(before, after, bindings, 'lose-nothing');
    expect(await standing(vhost)).toEqual(
      [after, ...others, ...bindings].map(canonicalObject).sort(),
    );
  });

  test('an empty queue with other arguments keeps its bindings', async () => {
    const before = queue(vhost, 'q');
    const after = queue(vhost, 'q', { arguments: { 'x-max-length': 5 } });
    const bindings = keys.map((key) => binding(vhost, 'x', 'q', key));
    await arrange(before, exchange(vhost, 'x'), ...bindings);
    await openTestBroker(env).replace(before, after, bindings, 'lose-nothing');
    expect(await standing(vhost)).toEqual(
      [after, exchange(vhost, 'x'), ...bindings].map(canonicalObject).sort(),
    );
  });

  test('a classic queue with a message stays as it is', async () => {
    const before = queue(vhost, 'q');
    await arrange(before);
    await publish('q', 1);
    const after = queue(vhost, 'q', { type: 'quorum' });
    const address = `queues/${vhost}/q`;
    await expect(openTestBroker(env).replace(before, after, [], 'lose-nothing')).rejects.toThrow(
      `${address} stays: it holds 1 message`,
    );
    expect(await standing(vhost)).toEqual([canonicalObject(before)]);
  });

  test('a full queue is replaced if its messages may be lost', async () => {
    const [before, after] = [queue(vhost, 'q'), queue(vhost, 'q', { type: 'quorum' })];
    await arrange(before);
    await publish('q', 3);
    const loss = await openTestBroker(env).replace(before, after, [], 'lose-messages');
    expect(loss).toMatchObject({ kind: kinds[way], ready: 3, unacked: 0 });
    expect(await standing(vhost)).toEqual([canonicalObject(after)]);
  });

  test('a queue with more messages than may be lost stays', async () => {
    const [before, after] = [queue(vhost, 'q'), queue(vhost, 'q', { type: 'quorum' })];
    await arrange(before);
    await publish('q', 3);
    await expect(openTestBroker(env).replace(before, after, [], { atMost: 2 })).rejects.toThrow(
      `queues/${vhost}/q stays: it holds 3 messages, but you agreed to 2`,
    );
    expect(await standing(vhost)).toEqual([canonicalObject(before)]);
  });

  test('an object whose declaration is refused is put back as it was', async () => {
    const before = queue(vhost, 'q');
    const impossible = queue(vhost, 'q', { arguments: { 'x-max-length': 'many' } });
    const bindings = keys.map((key) => binding(vhost, 'x', 'q', key));
    await arrange(before, exchange(vhost, 'x'), ...bindings);
    // A rehearsal is impossible if the user may declare only this name.
    const rights = { [vhost]: { configure: '^q$', write: '.*', read: '.*' } };
    const user = await userWith(`user-of-${vhost}`, 'management', rights);
    const opened = openTestBroker({ ...user, ...env });
    const replacing = opened.replace(before, impossible, bindings, 'lose-nothing');
    await expect(replacing).rejects.toMatchObject({
      message: expect.stringMatching(
        /^queues\/[^ ]+\/q is as it was before, because the new one was refused: .*x-max-length.*; 5 of 5 bindings are back$/,
      ) as string,
      hint: 'remove the cause, then run topo apply again',
    });
    expect(await standing(vhost)).toEqual(
      [before, exchange(vhost, 'x'), ...bindings].map(canonicalObject).sort(),
    );
  });

  test('a binding to an exclusive queue is refused while nothing is deleted', async () => {
    const [before, after] = [exchange(vhost, 'x'), exchange(vhost, 'x', { type: 'topic' })];
    await arrange(before);
    const channel = await openModel().then((one) => one.createChannel());
    await channel.assertQueue('mine', { exclusive: true });
    await channel.bindQueue('mine', 'x', 'k');
    const bindings = [binding(vhost, 'x', 'mine', { routing_key: 'k' })];
    await expect(
      openTestBroker(env).replace(before, after, bindings, 'lose-nothing'),
    ).rejects.toThrow("cannot obtain exclusive access to locked queue 'mine'");
    const { objects } = await openTestBroker().readLive(new Set([vhost]));
    expect(objects.get(`exchanges/${vhost}/x`)).toMatchObject({ type: 'direct' });
    expect(objects.has(`bindings/${vhost}/e/x/q/mine/k`)).toBe(true);
    await model.close();
  });
});

test('a quorum queue is replaced by a classic one once proven empty', async () => {
  const [before, after] = [queue(vhost, 'q', { type: 'quorum' }), queue(vhost, 'q')];
  const bindings: Binding[] = [binding(vhost, 'amq.topic', 'q', { routing_key: '#' })];
  await arrange(before, ...bindings);
  await openTestBroker().replace(before, after, bindings, 'lose-nothing');
  expect(await standing(vhost)).toEqual([after, ...bindings].map(canonicalObject).sort());
});

test("an integer that AMQP can't express goes over HTTP", async () => {
  const huge = { huge: 12345678901234567890123n };
  const before = exchange(vhost, 'x');
  const after = exchange(vhost, 'x', { type: 'headers', arguments: huge });
  const bindings = [binding(vhost, 'x', 'q', { arguments: huge })];
  await arrange(before, queue(vhost, 'q'), ...bindings);
  await openTestBroker().replace(before, after, bindings, 'lose-nothing');
  expect(await standing(vhost)).toEqual(
    [after, queue(vhost, 'q'), ...bindings].map(canonicalObject).sort(),
  );
});

test("over AMQP, many bindings don't cost a round trip each", async () => {
  const bindings = Array.from({ length: 200 }, (_, n) =>
    binding(vhost, 'x', 'q', { routing_key: `k${n}` }),
  );
  const [before, after] = [exchange(vhost, 'x'), exchange(vhost, 'x', { type: 'topic' })];
  await arrange(before, queue(vhost, 'q'), ...bindings);
  const proxy = await proxyTo();
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}` });
  await opened.replace(before, after, bindings, 'lose-nothing');
  const probe = /^GET .api.queues.\S+.amq\.gen-\S+\?disable_stats=true HTTP/;
  // Is it as planned, at first and before the delete? Which bindings are there before the
  // rehearsal, before the delete, and afterwards?
  const looks = ['destination', 'source'].flatMap((end) =>
    Array.from({ length: 3 }, () => `GET /api/exchanges/${vhost}/x/bindings/${end} HTTP/1.1`),
  );
  expect([...proxy.answered].sort()).toEqual([
    ...looks,
    ...Array.from({ length: 2 }, () => `GET /api/exchanges/${vhost}/x?disable_stats=true HTTP/1.1`),
    'GET /api/overview?disable_stats=true HTTP/1.1',
    expect.stringMatching(probe),
    // From 4.3.2 they go with their exchange.
    'GET /api/topic-permissions HTTP/1.1',
  ]);
  expect(await standing(vhost)).toHaveLength(202);
});

describe('when AMQP breaks down in the middle', () => {
  let proxy: Proxy;
  beforeAll(async () => {
    proxy = await openProxy({ host: amqp.hostname, port: Number(amqp.port) });
  });
  afterAll(() => proxy.close());

  // Nothing is missing afterwards, whenever the cut comes.
  test.each(firstOf([0, 1, 2, 3, 5, 8, 13, 20], 3))(
    'after %i ms, everything is back',
    async (delay) => {
      const bindings = keys.map((key) => binding(vhost, 'x', 'q', key));
      const [before, after] = [exchange(vhost, 'x'), exchange(vhost, 'x', { type: 'topic' })];
      const rest = [queue(vhost, 'q'), ...bindings];
      const opened = openTestBroker({ AMQP_URL: `amqp://127.0.0.1:${proxy.port}` });
      await arrange(before, ...rest);
      await opened.readLive(new Set([vhost]));
      await opened.readGap();
      setTimeout(() => proxy.cut(), delay);
      const replacing = opened.replace(before, after, bindings, 'lose-nothing');
      const error = await replacing.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      const stands = error === undefined ? after : before;
      expect(await standing(vhost)).toEqual([stands, ...rest].map(canonicalObject).sort());
      if (error !== undefined) expect(error).toBeInstanceOf(ExpectedError);
    },
  );
});

test('a user who may not bind is refused while nothing is deleted', async () => {
  const rights = { [vhost]: { configure: '.*', write: '', read: '' } };
  const env = await userWith('replace-configurer', 'management', rights);
  const [before, after] = [exchange(vhost, 'x'), exchange(vhost, 'x', { type: 'topic' })];
  const bindings = [binding(vhost, 'x', 'q', { routing_key: 'k' })];
  await arrange(before, queue(vhost, 'q'), ...bindings);
  for (const { env: way } of ways) {
    const replacing = openTestBroker({ ...env, ...way }).replace(
      before,
      after,
      bindings,
      'lose-nothing',
    );
    await expect(replacing).rejects.toThrow(/refused/);
  }
  expect(await standing(vhost)).toEqual(
    [before, queue(vhost, 'q'), ...bindings].map(canonicalObject).sort(),
  );
});

async function openModel(): Promise<ChannelModel> {
  const url = new URL(amqp);
  url.pathname = vhost;
  model = await connect(url.href);
  return model;
}

async function publish(name: string, count: number): Promise<void> {
  const channel = await (await openModel()).createConfirmChannel();
  for (let n = 0; n < count; n++) channel.sendToQueue(name, Buffer.from('x'), { persistent: true });
  await channel.waitForConfirms();
  await model.close();
}
