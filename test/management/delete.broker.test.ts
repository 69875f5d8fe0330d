// Deletes a queue only if nothing is lost that must not be: rows of contents, by type.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WouldLose } from '../../src/management/would-lose.ts';
import { ChangedSince, type Consent } from '../../src/reconcile/broker.ts';
import type { Loss } from '../../src/reconcile/loss.ts';
import { forEachParallel } from '../../src/reconcile/parallel.ts';
import type { Step } from '../../src/reconcile/step.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy } from '../proxy.ts';
import { binding, exchange, openTestBroker, proxyTo, queue, userWith } from './arrange.ts';

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

const loss = 'empty it, or topo apply --allow-message-loss ADDRESS';
const holds = {
  three: `it holds 3 messages | ${loss}`,
  unacked: `it holds 1 message (1 of them unacknowledged) | ${loss}`,
  consumer: 'it has 1 consumer | stop it, or topo apply --allow-disconnect ADDRESS',
};

/** `stays`: the reason; undefined if the queue is deleted. */
const rows: { type: string; content: string; consent: Consent & string; stays?: string }[] = [
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
  // Holders of a quorum queue's messages count as consumers at once, the messages seconds later.
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
    stays: `the messages of a stream queue can't be counted | check yourself whether it may be deleted, or topo apply --allow-message-loss ADDRESS=all`,
  },
  { type: 'stream', content: 'three ready', consent: 'lose-messages' },
];

describe.concurrent('a queue', () => {
  test.each(rows)('$type, $content, $consent', async ({ type, content, consent, stays }) => {
    const own = queue(vhost, `${type} ${content} ${consent}`, { type });
    await arrange(own, content);
    await expectFate(own, consent, stays);
  });

  /** Without AMQP the number of consumers is unknown. */
  const inUse = 'it was in use just now | run it again, or topo apply --allow-disconnect ADDRESS';
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
      await vi.waitUntil(async () => (await channel.checkQueue(name)).messageCount === 0, {
        timeout: 20_000,
        interval: 20,
      });
      await expectFate(waiting, 'lose-nothing', holds.three);
    },
  );
});

/** `fate`: the loss, or the reason for keeping the queue. */
const bounded: { type: string; content: string; consent: Consent; fate: Loss | string }[] = [
  { type: 'classic', content: 'nothing', consent: { atMost: 1 }, fate: counted(0) },
  { type: 'classic', content: 'three ready', consent: { atMost: 3 }, fate: counted(3) },
  { type: 'classic', content: 'three ready', consent: { atMost: 2 }, fate: beyond(3, 2, 13) },
  { type: 'classic', content: 'three ready', consent: 'lose-messages', fate: counted(3) },
  { type: 'classic', content: 'one got', consent: { atMost: 1 }, fate: counted(0, 1) },
  { type: 'classic', content: 'one got', consent: 'lose-messages', fate: counted(0, 1) },
  { type: 'classic', content: 'an idle consumer', consent: { atMost: 1 }, fate: counted(0) },
  { type: 'quorum', content: 'three ready', consent: { atMost: 3 }, fate: counted(3) },
  { type: 'quorum', content: 'three ready', consent: { atMost: 2 }, fate: beyond(3, 2, 13) },
  { type: 'quorum', content: 'three ready', consent: 'lose-messages', fate: counted(3) },
  {
    type: 'stream',
    content: 'three ready',
    consent: { atMost: 1000 },
    fate: `the messages of a stream queue can't be counted | check yourself whether it may be deleted, or topo apply --allow-message-loss ADDRESS=all`,
  },
  { type: 'stream', content: 'three ready', consent: 'lose-messages', fate: { kind: 'uncounted' } },
];

function counted(ready: number, unacked = 0): Loss {
  return { kind: 'counted', ready, unacked };
}
function beyond(messages: number, limit: number, flag: number): string {
  return `it holds ${messages} messages, but you agreed to ${limit} | empty it, or topo apply --allow-message-loss ADDRESS=${flag}`;
}

describe.concurrent('a queue that may be deleted with some messages', () => {
  const nameOf = ({ type, content, consent }: (typeof bounded)[number]) =>
    `${type} ${content} ${JSON.stringify(consent)}`;

  test.each(bounded)('$type, $content, $consent', async (row) => {
    const own = queue(vhost, `bounded ${nameOf(row)}`, { type: row.type });
    await arrange(own, row.content);
    const fate = typeof row.fate === 'string' ? staysFor(own, row.fate) : row.fate;
    expect(await fateOf(own, row.consent)).toEqual(fate);
    expect(await isThere(own)).toBe(typeof fate === 'string');
  });

  // A delete over HTTP doesn't count: topo reports the numbers from just before.
  const countable = bounded.filter(({ type }) => type === 'classic');
  test.each(countable)('over HTTP: $type, $content, $consent', async (row) => {
    const own = queue(vhost, `bounded over HTTP ${nameOf(row)}`, { type: row.type });
    await arrange(own, row.content);
    const { fate } = row;
    expect(await fateOf(own, row.consent, withoutAmqp)).toEqual(
      typeof fate === 'string' ? staysFor(own, fate) : { ...fate, kind: 'counted-before' },
    );
  });

  test('over HTTP, the loss of a quorum queue is unknown', async () => {
    const own = queue(vhost, 'bounded quorum over HTTP', { type: 'quorum' });
    await arrange(own, 'three ready');
    const few = await fateOf(own, { atMost: 1000 }, withoutAmqp);
    expect(few).toMatch(/what it holds can't be counted: .*=all$/);
    expect(await fateOf(own, 'lose-messages', withoutAmqp)).toEqual({ kind: 'uncounted' });
    expect(await isThere(own)).toBe(false);
  });
});

const staysFor = (own: ReturnType<typeof queue>, why: string): string =>
  `${addressOf(own)} stays: ${why.replace('ADDRESS', addressOf(own))}`;

async function isThere(own: ReturnType<typeof queue>): Promise<boolean> {
  const { objects } = await openTestBroker().readLive(new Set([own.vhost]));
  return objects.has(addressOf(own));
}

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
  expect(await tryDelete(own, consent, env)).toBe(
    stays && `${address} stays: ${stays.replace('ADDRESS', address)}`,
  );
  const { objects } = await openTestBroker().readLive(new Set([vhost]));
  expect(objects.has(address)).toBe(stays !== undefined);
}

/** Returns the reason for keeping the queue; undefined if it was deleted. */
async function tryDelete(own: ReturnType<typeof queue>, consent: Consent, env = {}) {
  const fate = await fateOf(own, consent, env);
  return typeof fate === 'string' ? fate : undefined;
}

async function fateOf(own: ReturnType<typeof queue>, consent: Consent, env = {}) {
  try {
    return await openTestBroker(env).delete(own, consent);
  } catch (error) {
    if (!(error instanceof WouldLose)) throw error;
    return `${error.message} | ${error.hint ?? ''}`;
  }
}

test("a quorum queue stays if AMQP can't count its messages", async () => {
  const own = queue(vhost, 'uncounted', { type: 'quorum' });
  await openTestBroker().put(own);
  const address = `queues/${vhost}/uncounted`;
  expect(await tryDelete(own, 'lose-nothing', { AMQP_URL: 'amqp://127.0.0.1:1' })).toBe(
    `${address} stays: what it holds can't be counted: AMQP: the broker at 127.0.0.1:1 (as AMQP_URL says): connect ECONNREFUSED 127.0.0.1:1 | set AMQP_URL to where the broker speaks AMQP, such as amqp://localhost:5672, or topo apply --allow-message-loss ${address}=all`,
  );
});

test('what has been declared otherwise since the plan stays', async () => {
  const opened = openTestBroker();
  const planned = [queue(vhost, 'other'), exchange(vhost, 'other')] as const;
  await opened.put(queue(vhost, 'other', { arguments: { 'x-max-length': 5 } }));
  await opened.put(exchange(vhost, 'other', { type: 'topic' }));
  for (const one of planned) {
    const deleting = opened.delete(one, 'lose-messages');
    await expect(deleting).rejects.toThrow(ChangedSince);
    expect((await opened.readLive(new Set([vhost]))).objects.has(addressOf(one))).toBe(true);
  }
});

test('among many, a queue that has another type by now stays', async () => {
  const opened = openTestBroker();
  await opened.put(queue(vhost, 'stream', { type: 'stream' }));
  const classic = queue(vhost, 'stream');
  opened.foresee(Array.from({ length: 101 }, () => deletionOf(classic)));
  await expect(opened.delete(classic, 'lose-nothing')).rejects.toThrow('it is a stream queue now');
});

const deletionOf = (before: ReturnType<typeof queue>): Step => ({
  kind: 'delete',
  address: addressOf(before),
  before,
  request: { kind: 'own', needs: [] },
  managed: true,
  because: undefined,
  depth: undefined,
  effect: undefined,
});

describe('many queues deleted at once', () => {
  const kinds = ['nothing', 'three ready', 'one got', 'an idle consumer', 'nothing', 'nothing'];

  test('those that may not be deleted stay, each for its own reason, and AMQP deletes the rest', async () => {
    const own = await freshVhost();
    const url = new URL(broker.amqpUrl);
    url.pathname = own;
    const holder = await connect(url.href);
    const queues = Array.from({ length: 60 }, (_, n) =>
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
    // Opens the connection, and reads a list that serves the second delete, too.
    await opened.delete(first, 'lose-nothing');
    const deletes = () => http.requests.filter((line) => line.startsWith('DELETE'));
    const isLive = async () =>
      (await openTestBroker().readLive(new Set([own]))).objects.has(addressOf(second));
    return { amqp, opened, second, deletes, isLive };
  }

  test('without an answer is not repeated, but checked', async () => {
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

  test('that the broker refuses is reported in the words of the management API', async () => {
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

test('messages that arrive in a quorum queue between the last look and the delete are reported', async () => {
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
    message: `queues/${vhost}/late was deleted with 3 messages that came in at the last moment`,
    hint: 'stop its publishers before it is deleted',
  });
  await proxy.close();
});

describe('what comes between', () => {
  /**
   * Holds up the connection before a method of class 50 about the queue: 10 declares passively, 40
   * deletes.
   */
  async function heldUpBefore(method: string, name: string) {
    const { hostname, port } = new URL(broker.amqpUrl);
    const proxy = await openProxy({ host: hostname, port: Number(port) });
    const opened = openTestBroker({ AMQP_URL: `amqp://127.0.0.1:${proxy.port}` });
    const sent = `\\x00\\x32\\x00${method}\\x00\\x00${String.fromCharCode(name.length)}${name}`;
    return { proxy, opened, isReached: proxy.blackHoleBefore(new RegExp(sent)) };
  }
  const passive = String.raw`\x0a`;
  const deleting = String.raw`\x28`;

  test.each(['classic', 'quorum'])('the last count and the delete of a %s queue', async (type) => {
    const own = queue(vhost, `late-${type}`, { type });
    await arrange(own, 'nothing');
    const { proxy, opened, isReached } = await heldUpBefore(deleting, own.name);
    const ended = opened.delete(own, { atMost: 2 }).catch((error: unknown) => error);
    await isReached;
    await arrange(own, 'three ready');
    proxy.restore();
    expect(await ended).toMatchObject({
      message: `${addressOf(own)} was deleted with 3 messages: you agreed to 2, more came in at the last moment`,
      loss: counted(3),
    });
    await proxy.close();
  });

  test('the list and the last count', async () => {
    const own = queue(vhost, 'listed');
    await arrange(own, 'nothing');
    const { proxy, opened, isReached } = await heldUpBefore(passive, own.name);
    const ended = opened.delete(own, { atMost: 2 }).catch((error: unknown) => error);
    await isReached;
    // By now the list is read, and topo asks the broker over AMQP.
    await sleep(500);
    await arrange(own, 'three ready');
    proxy.restore();
    expect(await ended).toMatchObject({
      message: `${addressOf(own)} stays: it holds 3 messages, but you agreed to 2`,
    });
    expect(await isThere(own)).toBe(true);
    await proxy.close();
  });

  test('the last count and the replacement', async () => {
    const own = queue(vhost, 'renewed');
    const after = queue(vhost, 'renewed', { arguments: { 'x-max-length': 5 } });
    const way = binding(vhost, 'amq.topic', 'renewed', { routing_key: 'k' });
    await openTestBroker().put(own);
    await openTestBroker().put(way);
    const { proxy, opened, isReached } = await heldUpBefore(deleting, own.name);
    const replacing = opened.replace(own, after, [way], { atMost: 2 });
    const ended = replacing.catch((error: unknown) => error);
    await isReached;
    await publish(await model.createConfirmChannel(), own.name, 3);
    proxy.restore();
    expect(await ended).toMatchObject({
      message: `${addressOf(own)} was replaced with 3 messages: you agreed to 2, more came in at the last moment`,
      loss: counted(3),
    });
    const { objects } = await openTestBroker().readLive(new Set([vhost]));
    expect(objects.get(addressOf(own))).toMatchObject({ arguments: after.arguments });
    expect(objects.has(addressOf(way))).toBe(true);
    await proxy.close();
  });
});
