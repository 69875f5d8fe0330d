// A queue goes only when nothing goes with it that may not: rows of what it holds, by its type.
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Consent } from '../../src/reconcile/broker.ts';
import { forEachParallel } from '../../src/reconcile/parallel.ts';
import { addressOf } from '../../src/topology/address.ts';
import { WouldLose } from '../../src/management/would-lose.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy } from '../proxy.ts';
import { openTestBroker, proxyTo, queue, userWith } from './arrange.ts';

let vhost: string;
let model: ChannelModel;
beforeAll(async () => {
  vhost = await freshVhost();
  const url = new URL(broker.amqpUrl);
  url.pathname = vhost;
  model = await connect(url.href);
});
afterAll(() => model.close());

type Arrange = (channel: ConfirmChannel, name: string) => Promise<unknown>;

async function publish(channel: ConfirmChannel, name: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) channel.sendToQueue(name, Buffer.from('x'), { persistent: true });
  await channel.waitForConfirms();
}

const contents: Record<string, Arrange> = {
  nothing: () => Promise.resolve(),
  'three ready': (channel, name) => publish(channel, name, 3),
  'one got': async (channel, name) => {
    await publish(channel, name, 1);
    await channel.get(name);
  },
  'an idle consumer': (channel, name) => channel.consume(name, () => undefined),
  'one held by a consumer that cancelled': async (channel, name) => {
    await publish(channel, name, 1);
    await new Promise((resolve) => {
      void channel.consume(name, resolve, { consumerTag: name });
    });
    await channel.cancel(name);
  },
};

const loss = 'empty it, or topo apply --allow-message-loss';
const holds = {
  three: `it holds 3 messages | ${loss}`,
  unacked: `it holds 1 message (1 of them unacknowledged) | ${loss}`,
  consumer: 'it has 1 consumer | stop it, or topo apply --allow-disconnect',
};

/** `stays`: why; undefined where it goes. */
const rows: { type: string; content: string; consent: Consent; stays?: string }[] = [
  { type: 'classic', content: 'nothing', consent: 'lose-nothing' },
  { type: 'classic', content: 'three ready', consent: 'lose-nothing', stays: holds.three },
  { type: 'classic', content: 'three ready', consent: 'disconnect', stays: holds.three },
  { type: 'classic', content: 'three ready', consent: 'lose-messages' },
  { type: 'classic', content: 'one got', consent: 'lose-nothing', stays: holds.unacked },
  { type: 'classic', content: 'one got', consent: 'disconnect', stays: holds.unacked },
  { type: 'classic', content: 'an idle consumer', consent: 'lose-nothing', stays: holds.consumer },
  { type: 'classic', content: 'an idle consumer', consent: 'disconnect' },
  {
    type: 'classic',
    content: 'one held by a consumer that cancelled',
    consent: 'lose-nothing',
    stays: holds.unacked,
  },
  { type: 'quorum', content: 'nothing', consent: 'lose-nothing' },
  { type: 'quorum', content: 'three ready', consent: 'lose-nothing', stays: holds.three },
  { type: 'quorum', content: 'three ready', consent: 'disconnect', stays: holds.three },
  { type: 'quorum', content: 'three ready', consent: 'lose-messages' },
  // Whoever holds messages of a quorum queue counts as a consumer at once, the messages seconds later.
  { type: 'quorum', content: 'one got', consent: 'lose-nothing', stays: holds.consumer },
  { type: 'quorum', content: 'one got', consent: 'disconnect', stays: holds.unacked },
  { type: 'quorum', content: 'an idle consumer', consent: 'lose-nothing', stays: holds.consumer },
  { type: 'quorum', content: 'an idle consumer', consent: 'disconnect' },
  {
    type: 'quorum',
    content: 'one held by a consumer that cancelled',
    consent: 'disconnect',
    stays: holds.unacked,
  },
  {
    type: 'stream',
    content: 'nothing',
    consent: 'lose-nothing',
    stays: `the messages of a stream queue can't be counted | look for yourself whether it may go, or topo apply --allow-message-loss`,
  },
  { type: 'stream', content: 'three ready', consent: 'lose-messages' },
];

describe.concurrent('a queue', () => {
  test.each(rows)('$type, $content, $consent', async ({ type, content, consent, stays }) => {
    const own = queue(vhost, `${type} ${content} ${consent}`, { type });
    await arrange(own, content);
    await expectFate(own, consent, stays);
  });

  /** Without AMQP nobody knows how many consumers there are. */
  const inUse = 'it was in use just now | run it again, or topo apply --allow-disconnect';
  const classics = rows.filter(({ type }) => type === 'classic');
  test.each(classics)('without AMQP: $content, $consent', async ({ content, consent, stays }) => {
    const own = queue(vhost, `without AMQP ${content} ${consent}`);
    await arrange(own, content);
    await expectFate(own, consent, stays === holds.consumer ? inUse : stays, withoutAmqp);
  });

  const surely = new Map<string, string | number>([
    ['overflow', 'reject-publish'],
    ['dead-letter-exchange', 'nowhere'],
    ['dead-letter-strategy', 'at-least-once'],
  ]);
  const own = new Map([...surely].map(([key, value]) => [`x-${key}`, value]));
  test.for([
    { by: 'its arguments', args: own, definition: {} },
    { by: 'a policy', args: new Map(), definition: Object.fromEntries(surely) },
    {
      by: 'a policy, but for its own exchange',
      args: new Map([['x-dead-letter-exchange', 'nowhere either']]),
      definition: Object.fromEntries(surely),
    },
  ])(
    'of type quorum stays whose dead letters found no other queue yet, though AMQP counts none: by $by',
    async ({ by, args, definition }) => {
      const name = `dead letters that wait by ${by}`;
      if (Object.keys(definition).length > 0) {
        const policy = { pattern: `^${name}$`, definition, priority: 5 };
        await api('PUT', `policies/${vhost}/${encodeURIComponent(by)}`, policy);
      }
      const waiting = queue(vhost, name, {
        type: 'quorum',
        arguments: new Map([['x-message-ttl', 1], ...args]),
      });
      await arrange(waiting, 'three ready');
      const channel = await model.createChannel();
      await vi.waitUntil(async () => (await channel.checkQueue(name)).messageCount === 0);
      await expectFate(waiting, 'lose-nothing', holds.three);
    },
  );
});

const withoutAmqp = { AMQP_URL: 'amqp://127.0.0.1:1' };

async function arrange(own: ReturnType<typeof queue>, content: string): Promise<void> {
  await openTestBroker().put(own);
  await contents[content]?.(await model.createConfirmChannel(), own.name);
}

async function expectFate(
  own: ReturnType<typeof queue>,
  consent: Consent,
  stays: string | undefined,
  env = {},
): Promise<void> {
  const address = addressOf(own);
  expect(await tryDelete(own, consent, env)).toBe(stays && `${address} stays: ${stays} ${address}`);
  const { objects } = await openTestBroker().readLive(new Set([vhost]));
  expect(objects.has(address)).toBe(stays !== undefined);
}

async function tryDelete(own: ReturnType<typeof queue>, consent: Consent, env = {}) {
  try {
    await openTestBroker(env).delete(own, consent);
    return undefined;
  } catch (error) {
    if (!(error instanceof WouldLose)) throw error;
    return `${error.message} | ${error.hint ?? ''}`;
  }
}

test('a quorum queue stays where AMQP can not tell what it holds', async () => {
  const own = queue(vhost, 'uncounted', { type: 'quorum' });
  await openTestBroker().put(own);
  const address = `queues/${vhost}/uncounted`;
  expect(await tryDelete(own, 'lose-nothing', { AMQP_URL: 'amqp://127.0.0.1:1' })).toBe(
    `${address} stays: what it holds can't be counted: AMQP: 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1 | set AMQP_URL to where the broker speaks AMQP, such as amqp://localhost:5672, or topo apply --allow-message-loss ${address}`,
  );
});

test('a queue that is of another type by now stays', async () => {
  await openTestBroker().put(queue(vhost, 'other', { type: 'stream' }));
  const address = `queues/${vhost}/other`;
  expect(await tryDelete(queue(vhost, 'other'), 'lose-nothing')).toBe(
    `${address} stays: it is a stream queue by now | plan again, or topo apply --allow-message-loss ${address}`,
  );
});

describe('of many queues deleted at once', () => {
  const kinds = ['nothing', 'three ready', 'one got', 'an idle consumer', 'nothing', 'nothing'];

  test('those that may not go stay, each for its own reason, and the rest goes over AMQP', async () => {
    const own = await freshVhost();
    const url = new URL(broker.amqpUrl);
    url.pathname = own;
    const holder = await connect(url.href);
    const queues = Array.from({ length: 240 }, (_, n) =>
      queue(own, `${n} ${kinds[n % kinds.length] ?? ''}`),
    );
    await forEachParallel(queues, 16, async (one) => {
      await openTestBroker().put(one);
      const content = one.name.replace(/^\d+ /, '');
      await contents[content]?.(await holder.createConfirmChannel(), one.name);
    });
    const proxy = await proxyTo();
    const opened = openTestBroker({ RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}` });
    const reasons = new Map<string, string>();
    await forEachParallel(queues, 64, async (one) => {
      await opened
        .delete(one, 'lose-nothing')
        .catch((error: unknown) => reasons.set(one.name, (error as Error).message));
    });
    const live = await openTestBroker().readLive(new Set([own]));
    await holder.close();
    const staying = queues.filter(({ name }) => !name.endsWith('nothing'));
    const words = new Map([
      ['three ready', 'it holds 3 messages'],
      ['one got', 'it holds 1 message (1 of them unacknowledged)'],
      ['an idle consumer', 'it has 1 consumer'],
    ]);
    expect([...reasons].sort()).toEqual(
      staying
        .map((one): [string, string] => {
          const why = words.get(one.name.replace(/^\d+ /, '')) ?? '';
          return [one.name, `${addressOf(one)} stays: ${why}`];
        })
        .sort(),
    );
    const left = [...live.objects.keys()].filter((address) => address.startsWith('queues/'));
    expect(left.sort()).toEqual(staying.map(addressOf).sort());
    expect(proxy.requests.filter((line) => line.startsWith('DELETE'))).toEqual([]);
  });
});

describe('a delete over AMQP', () => {
  async function openThroughProxies() {
    const { hostname, port } = new URL(broker.amqpUrl);
    const amqp = await openProxy({ host: hostname, port: Number(port) });
    const http = await proxyTo();
    const env = {
      AMQP_URL: `amqp://127.0.0.1:${amqp.port}`,
      RABBITMQ_ENDPOINT: `http://127.0.0.1:${http.port}`,
    };
    const own = await freshVhost();
    const opened = openTestBroker(env, 2);
    const queues = ['first', 'second'].map((name) => queue(own, name));
    for (const one of queues) await openTestBroker().put(one);
    const [first = queue(own, ''), second = queue(own, '')] = queues;
    // Opens the connection, and reads a list that serves the second, too.
    await opened.delete(first, 'lose-nothing');
    const deletes = () => http.requests.filter((line) => line.startsWith('DELETE'));
    const isLive = async () =>
      (await openTestBroker().readLive(new Set([own]))).objects.has(addressOf(second));
    return { amqp, opened, second, deletes, isLive };
  }

  test('whose answer is lost is not repeated, but looked after', async () => {
    const { amqp, opened, second, deletes, isLive } = await openThroughProxies();
    amqp.cutAnswers(1, 0);
    await opened.delete(second, 'lose-nothing');
    expect(await isLive()).toBe(false);
    expect(deletes()).toEqual([]);
    await amqp.close();
  });

  test('that never arrived fails, and is left to the next run', async () => {
    const { amqp, opened, second, deletes, isLive } = await openThroughProxies();
    amqp.blackHole();
    await expect(opened.delete(second, 'lose-nothing')).rejects.toThrow(
      'AMQP: the connection was cut',
    );
    expect(await isLive()).toBe(true);
    expect(deletes()).toEqual([]);
    await amqp.close();
  });

  test('that the broker refuses is refused in the words of the management API', async () => {
    const own = await freshVhost();
    const user = `${own}-reader`;
    const env = await userWith(user, 'management', {
      [own]: { configure: '^$', write: '.*', read: '.*' },
    });
    await openTestBroker().put(queue(own, 'q'));
    await expect(openTestBroker(env).delete(queue(own, 'q'), 'lose-nothing')).rejects.toThrow(
      `DELETE ${broker.endpoint}/api/queues/${own}/q?if-empty=true&if-unused=true: 401 Access refused.`,
    );
  });
});

test('what comes into a quorum queue between the last look and the delete is told', async () => {
  const { hostname, port } = new URL(broker.amqpUrl);
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  const own = queue(vhost, 'late', { type: 'quorum' });
  await arrange(own, 'nothing');
  const opened = openTestBroker({ AMQP_URL: `amqp://127.0.0.1:${proxy.port}` });
  // queue.delete is method 40 of class 50.
  const isLooked = proxy.blackHoleBefore(/\x00\x32\x00\x28\x00\x00\x04late/);
  const deleting = opened.delete(own, 'lose-nothing').catch((error: unknown) => error);
  await isLooked;
  await arrange(own, 'three ready');
  proxy.restore();
  expect(await deleting).toMatchObject({
    message: `queues/${vhost}/late is deleted, and with it 3 messages that came in at the last moment`,
    hint: 'stop its publishers before it is deleted',
  });
  await proxy.close();
});
