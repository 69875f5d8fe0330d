// What the publisher makes of every answer, and of none: a real broker, real cuts.
import { afterEach, describe, expect, test } from 'vitest';
import type { LinkState } from '../../../src/harness/messaging/link.ts';
import type { Fate } from '../../../src/harness/messaging/fate.ts';
import { Publisher, type Message } from '../../../src/harness/messaging/publisher.ts';
import { api } from '../../broker.ts';
import { openProxy, type Proxy } from '../../proxy.ts';
import { layBed, plain, until, type Bed } from '../bed.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

interface Arranged {
  readonly proxy: Proxy;
  readonly publisher: Publisher;
  readonly states: LinkState['kind'][];
}

/** `heartbeat`: seconds; silence is noticed within two. */
async function arrange(
  bed: Bed,
  { window = 10, target = bed.target, heartbeat = 10 } = {},
): Promise<Arranged> {
  const { hostname, port } = bed.target;
  const proxy = await openProxy({ host: hostname, port });
  open.push(proxy);
  const states: LinkState['kind'][] = [];
  const publisher = await Publisher.open({
    target: { ...target, hostname: '127.0.0.1', port: proxy.port },
    ...{ vhost: bed.vhost, name: 'test', timeout: 5_000, heartbeat, window },
    onState: ({ kind }) => states.push(kind),
  });
  open.push(publisher);
  return { proxy, publisher, states };
}

const message = (id: string, options: Partial<Message> = {}): Message => ({
  ...{ exchange: 'jobs', routing_key: 'k1', content: Buffer.from(id) },
  properties: { messageId: id },
  ...options,
});

const publishAll = (publisher: Publisher, messages: readonly Message[]): Promise<Fate[]> =>
  Promise.all(messages.map((one) => publisher.publish(one)));

const numbered = (count: number): Message[] =>
  Array.from({ length: count }, (_, n) => message(String(n)));

async function idsIn(bed: Bed, queue: string): Promise<string[]> {
  return (await bed.takeAll(queue)).map(({ content }) => content.toString());
}

describe('each message has its own fate', () => {
  test('routed and not routed, side by side', async () => {
    const bed = await layBed(plain);
    const { publisher } = await arrange(bed);
    const messages = numbered(100).map((one, n) =>
      n % 3 === 0 ? { ...one, routing_key: 'nowhere' } : one,
    );
    const fates = await publishAll(publisher, messages);
    expect(fates).toEqual(
      messages.map((_, n) =>
        n % 3 === 0 ? { kind: 'returned', reason: 'NO_ROUTE' } : { kind: 'confirmed' },
      ),
    );
    expect(await bed.depth('w1')).toBe(66);
  });

  test('headers that AMQP can not carry, and the messages around them', async () => {
    const bed = await layBed(plain);
    const { publisher } = await arrange(bed);
    const headers = { 'x-note': 'n'.repeat(70_000) };
    const heavy = message('heavy', { properties: { messageId: 'heavy', headers } });
    const fates = await publishAll(publisher, [message('a'), heavy, message('b')]);
    expect(fates.map(({ kind }) => kind)).toEqual(['confirmed', 'refused', 'confirmed']);
    expect(publisher.pending).toBe(0);
  });

  test('an exchange that is missing; the others still arrive, once the channel is new', async () => {
    const bed = await layBed(plain);
    const { publisher } = await arrange(bed);
    const fates = await publishAll(publisher, [
      message('a'),
      message('b', { exchange: 'gone' }),
      message('c'),
    ]);
    expect(fates).toEqual([
      { kind: 'confirmed' },
      { kind: 'refused', reason: `no exchange 'gone' in vhost '${bed.vhost}'` },
      { kind: 'confirmed' },
    ]);
    expect([...new Set(await idsIn(bed, 'w1'))].sort()).toEqual(['a', 'c']);
  });

  test('an exchange that the user may not write to', async () => {
    const bed = await layBed(plain);
    const username = `user-${bed.vhost}`;
    await api('PUT', `users/${username}`, { password: bed.target.password.reveal(), tags: '' });
    open.push({ close: () => api('DELETE', `users/${username}`).then(() => undefined) });
    const rights = { configure: '', write: 'amq.direct', read: '' };
    await api('PUT', `permissions/${bed.vhost}/${username}`, rights);
    const { publisher } = await arrange(bed, { target: { ...bed.target, username } });
    const [refused, returned] = await publishAll(publisher, [
      message('a'),
      message('b', { exchange: 'amq.direct' }),
    ]);
    expect(refused?.kind).toBe('refused');
    expect(refused).toMatchObject({ reason: expect.stringContaining("exchange 'jobs'") as string });
    expect(returned).toEqual({ kind: 'returned', reason: 'NO_ROUTE' });
  });

  test('a routing key that the user may not write to on a topic exchange', async () => {
    const bed = await layBed(plain.replace('direct', 'topic'));
    const username = `user-${bed.vhost}`;
    await api('PUT', `users/${username}`, { password: bed.target.password.reveal(), tags: '' });
    open.push({ close: () => api('DELETE', `users/${username}`).then(() => undefined) });
    await api('PUT', `permissions/${bed.vhost}/${username}`, {
      configure: '',
      write: '.*',
      read: '',
    });
    const rights = { exchange: 'jobs', write: '^k1$', read: '' };
    await api('PUT', `topic-permissions/${bed.vhost}/${username}`, rights);
    const { publisher } = await arrange(bed, { target: { ...bed.target, username } });
    const fates = await publishAll(publisher, [message('a'), message('b', { routing_key: 'k2' })]);
    expect(fates.map(({ kind }) => kind)).toEqual(['confirmed', 'refused']);
  });

  test('a queue that is full, and rejects', async () => {
    const arguments_ = 'arguments: { x-max-length: 1, x-overflow: reject-publish }';
    const bed = await layBed(plain.replace('name: w1', `name: w1, ${arguments_}`));
    const { publisher } = await arrange(bed);
    const fates: Fate[] = [];
    for (const one of numbered(5)) fates.push(await publisher.publish(one));
    expect(fates[0]).toEqual({ kind: 'confirmed' });
    expect(fates.at(-1)).toEqual({
      kind: 'refused',
      reason: 'a queue is full and rejects what is published',
    });
  });

  test('a message of the same id waits for the first', async () => {
    const bed = await layBed(plain);
    const { publisher } = await arrange(bed);
    const fates = await publishAll(publisher, [message('a'), message('a'), message('a')]);
    expect(fates).toEqual(Array(3).fill({ kind: 'confirmed' }));
    expect(await bed.depth('w1')).toBe(3);
  });
});

describe('the connection is lost', () => {
  const slow = 'a heartbeat of 1 s tells of the black hole, three times';
  test.each(['cut', 'blackHole'] as const)(
    'by a %s: nothing is lost',
    { meta: { slow } },
    async (how) => {
      const bed = await layBed(plain);
      const { proxy, publisher, states } = await arrange(bed, { window: 50, heartbeat: 1 });
      const fates: Promise<Fate>[] = [];
      for (const [n, one] of numbered(1_000).entries()) {
        if (n % 300 === 150) proxy[how]();
        if (n % 300 === 150 && how === 'blackHole') {
          await until(() => states.includes('lost'), 'the loss');
          states.length = 0;
          proxy.restore();
        }
        await publisher.ready();
        fates.push(publisher.publish(one));
      }
      expect(new Set((await Promise.all(fates)).map(({ kind }) => kind))).toEqual(
        new Set(['confirmed']),
      );
      expect(new Set(await idsIn(bed, 'w1')).size).toBe(1_000);
      expect(publisher.pending).toBe(0);
    },
  );

  test('what is closed while it tries to connect does not wait for that', async () => {
    const bed = await layBed(plain);
    const { proxy, publisher, states } = await arrange(bed);
    proxy.blackHole();
    proxy.cut();
    await until(() => states.includes('lost'), 'the loss');
    void publisher.publish(message('a'));
    const late = new Promise((resolve) => setTimeout(resolve, 500, 'still waiting'));
    const closed = publisher.close().then(() => 'closed');
    expect(await Promise.race([closed, late])).toBe('closed');
  });
});

test('no more than the window waits for its confirm', async () => {
  const bed = await layBed(plain);
  const { proxy, publisher } = await arrange(bed, { window: 7 });
  proxy.blackHole();
  let sent = 0;
  const all = (async () => {
    for (const one of numbered(20)) {
      await publisher.ready();
      void publisher.publish(one);
      sent++;
    }
    await publisher.drained();
  })();
  await until(() => sent === 7, 'the window');
  // Whatever it would send by itself it would have sent by then.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([sent, publisher.pending]).toEqual([7, 7]);
  proxy.restore();
  await all;
  expect(new Set(await idsIn(bed, 'w1')).size).toBe(20);
});
