// topo move on a real broker: what it says, refuses, leaves behind, and how it ends.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ChannelModel, type ConfirmChannel, type Options } from 'amqplib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { api, broker, env, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { callTopo, startTopo } from './topo.ts';

let folder = '';
let vhost = '';
let model: ChannelModel;
let channel: ConfirmChannel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-move-'));
});
beforeEach(async () => {
  vhost = await freshVhost();
  model = await connect(`${broker.amqpUrl}/${vhost}`);
  channel = await model.createConfirmChannel();
  return () => model.close();
});
afterAll(() => rm(folder, { recursive: true }));

const topo = (...args: string[]) => callTopo([...args, '--vhost', vhost], folder, env);
const move = (...args: string[]) => topo('move', ...args, '--yes');

const declare = (name: string, args: object = {}) =>
  channel.assertQueue(name, { arguments: { 'x-queue-type': 'classic', ...args } });

async function fill(queue: string, count: number, options: Options.Publish = {}): Promise<void> {
  for (let n = 1; n <= count; n++)
    channel.publish('', queue, Buffer.from('x'), { persistent: true, ...options });
  await channel.waitForConfirms();
}

const readyIn = async (queue: string) => (await channel.checkQueue(queue)).messageCount;

/** Seconds and rates differ from run to run. */
const steady = (out: string) => out.replace(/ in [\d.]+ s, [\d,]+\/s/, ' in S s, N/s');

test('moves all that waits, and leaves nothing of its own behind', async () => {
  await declare('dead', { 'x-queue-type': 'quorum' });
  await declare('orders');
  await fill('dead', 1_204);
  const { code, out } = await move('dead', 'orders');
  expect(steady(out)).toBe(
    `queue "dead" → queue "orders", vhost "${vhost}"
  1,204 messages, in their order
Moved 1,204 messages (1.2 KiB) in S s, N/s
`,
  );
  expect(code).toBe(0);
  expect([await readyIn('dead'), await readyIn('orders')]).toEqual([0, 1_204]);
  const exchanges = (await api('GET', `exchanges/${vhost}`)) as { name: string }[];
  expect(exchanges.filter(({ name }) => name.includes('topo'))).toEqual([]);
  expect((await move('dead', 'orders')).out).toContain('Nothing to move.');
});

test('what it makes for itself is in no plan and no export', async () => {
  await declare('orders');
  const fan = `orders.topo-move-${'0'.repeat(8)}`;
  await channel.assertExchange(fan, 'fanout', { durable: false, autoDelete: true });
  await channel.bindQueue('orders', fan, '');
  await writeFile(
    join(folder, 'topology.yaml'),
    `vhost: ${vhost}\nmanage: all\nqueues: [{ name: orders, type: classic }]\n`,
  );
  const { out } = await callTopo(['plan'], folder, env);
  expect(out).toContain('nothing to do · 1 unchanged · 0 unmanaged');
  expect((await topo('export')).out).not.toContain('topo-move');
});

test.each(firstOf(['classic', 'quorum']))(
  'what a killed one leaves is in no one’s way: a %s queue is replaced, then deleted',
  async (type) => {
    await declare('orders', { 'x-queue-type': type });
    const fan = `orders.topo-move-${'0'.repeat(8)}`;
    const leave = async () => {
      await channel.assertExchange(fan, 'fanout', { durable: false, autoDelete: true });
      await channel.bindQueue('orders', fan, '');
    };
    const apply = async (queues: string) => {
      const text = `vhost: ${vhost}\nmanage: all\nqueues: [${queues}]\n`;
      await writeFile(join(folder, 'topology.yaml'), text);
      return callTopo(['apply', '--yes', '--replace', `queues/${vhost}/orders`], folder, env);
    };
    await leave();
    const replaced = await apply(
      `{ name: orders, type: ${type}, arguments: { x-expires: 90000 } }`,
    );
    expect(replaced.out).toContain('1 replaced');
    expect(replaced.code, replaced.out).toBe(0);
    await leave();
    const deleted = await apply('{ name: other }');
    expect(deleted.out).toContain('1 deleted');
    expect(deleted.code, deleted.out).toBe(0);
  },
);

test('an auto-delete queue without other consumers keeps what does not move', async () => {
  const autoDelete = { autoDelete: true, arguments: { 'x-queue-type': 'classic' } };
  await channel.assertQueue('passing', autoDelete);
  await declare('orders');
  await fill('passing', 300);
  expect((await move('passing', 'orders', '--limit', '100')).code).toBe(0);
  expect([await readyIn('passing'), await readyIn('orders')]).toEqual([200, 100]);
  expect((await move('passing', 'orders')).code).toBe(0);
  expect([await readyIn('passing'), await readyIn('orders')]).toEqual([0, 300]);
});

describe('a quorum queue drops what is given back too often', () => {
  /** A channel that closes with messages gives them back as a consumer that crashes does. */
  async function giveBack(queue: string, count: number): Promise<void> {
    const crashing = await model.createChannel();
    for (let n = 0; n < count; n++) await crashing.get(queue);
    await crashing.close();
    await expect.poll(() => readyIn(queue)).toBe(count);
  }

  test('what was given back as often as it may be goes to its end', async () => {
    await declare('dead', { 'x-queue-type': 'quorum', 'x-delivery-limit': 2 });
    await declare('orders');
    for (let n = 0; n < 10; n++) await fill('dead', 1, { messageId: String(n), CC: ['elsewhere'] });
    await giveBack('dead', 10);
    await giveBack('dead', 10);
    const { code, out } = await move('dead', 'orders', '--match', 'message_id=3');
    expect(code, out).toBe(0);
    expect(out).toContain('Moved 1 message ');
    expect(out).toContain(
      '9 messages that had reached the delivery limit are at the end of "dead"',
    );
    expect([await readyIn('dead'), await readyIn('orders')]).toEqual([9, 1]);
  });

  test('one that takes nothing back', async () => {
    await declare('dead', { 'x-queue-type': 'quorum', 'x-delivery-limit': 0 });
    await declare('orders');
    await fill('dead', 400);
    await fill('dead', 1, { messageId: 'last' });
    const { code, out } = await move('dead', 'orders', '--match', 'message_id=last');
    expect(code, out).toBe(0);
    expect(out).toMatch(/40[01] messages that had reached the delivery limit/);
    expect([await readyIn('dead'), await readyIn('orders')]).toEqual([400, 1]);
  });

  test('what matches nothing stays, however often it is looked at', async () => {
    await declare('dead', { 'x-queue-type': 'quorum', 'x-delivery-limit': 1 });
    await declare('orders');
    await fill('dead', 10);
    for (let n = 0; n < 5; n++) {
      const { code, out } = await move('dead', 'orders', '--match', 'message_id=none');
      expect(code, out).toBe(0);
      await expect.poll(() => readyIn('dead')).toBe(10);
    }
  });

  test('what does not fit stays, too', async () => {
    await declare('dead', { 'x-queue-type': 'quorum', 'x-delivery-limit': 1 });
    await declare('orders', { 'x-max-length': 3, 'x-overflow': 'reject-publish' });
    await fill('dead', 10);
    for (let n = 0; n < 4; n++) await move('dead', 'orders');
    await expect.poll(async () => (await readyIn('dead')) + (await readyIn('orders'))).toBe(10);
  });
});

test('--match and --limit choose which, and how many', async () => {
  await declare('dead');
  await declare('orders');
  for (const queue of ['a', 'b', 'a', 'b', 'a'])
    await fill('dead', 1, { headers: { 'x-first-death-queue': queue }, type: 't' });
  const one = await move(
    'dead',
    'orders',
    '--match',
    'headers.x-first-death-queue=a',
    '--limit',
    '1',
  );
  expect(steady(one.out)).toContain(
    '1 message at most, of 5, in their order\nMoved 1 message (1 B)',
  );
  const more = ['--match', 'headers.x-first-death-queue=b', '--match', 'type=?'];
  const { out } = await move('dead', 'orders', ...more, '--format', 'json');
  expect(JSON.parse(out)).toMatchObject({
    source: `queues/${vhost}/dead`,
    ...{ ready: 4, most: 4, messages: 2, bytes: 2, doubtful: 0, refusals: [] },
  });
  expect([await readyIn('dead'), await readyIn('orders')]).toEqual([2, 3]);
});

test('--match takes integers of each size, in their decimal digits', async () => {
  await declare('dead');
  await declare('orders');
  for (const n of [12, -1, 300, 70_000, 7_000_000_000, 1.5, '12', true])
    await fill('dead', 1, { headers: { n } });
  const counts: number[] = [];
  for (const glob of ['12', '-1', '3??', '7*', '*'])
    counts.push(
      Number(
        /Moved (\d)/.exec((await move('dead', 'orders', '--match', `headers.n=${glob}`)).out)?.[1],
      ),
    );
  expect(counts).toEqual([2, 1, 1, 2, 0]);
  expect(await readyIn('dead')).toBe(2);
});

describe('what is wrong is told, and nothing moves', () => {
  const rows: [what: string, args: string[], said: string, hint: string][] = [
    [
      'no source',
      ['gone', 'orders'],
      'there is no queue "gone" in vhost "VHOST"',
      'correct the name, or name its vhost with --vhost',
    ],
    [
      'itself',
      ['orders', 'orders'],
      'queue "orders" is both the source and the destination',
      'name another destination',
    ],
    [
      'no match',
      ['orders', 'dead', '--match', 'size=5'],
      '--match size=5 is no FIELD=GLOB',
      'such as --match headers.x-first-death-queue=orders',
    ],
    [
      'no limit',
      ['orders', 'dead', '--limit', 'all'],
      '--limit takes a whole number, not "all"',
      '--limit 4',
    ],
    [
      'no vhost',
      ['a', 'b', '--vhost', 'nowhere'],
      'vhost nowhere does not exist',
      'correct the name',
    ],
  ];
  test.each(rows)('%s', async (_, args, said, hint) => {
    await declare('orders');
    await declare('dead');
    const { code, err } = await callTopo(['move', '--vhost', vhost, ...args, '--yes'], folder, env);
    expect(err.replaceAll(vhost, 'VHOST')).toContain(`error: ${said}`);
    expect(err).toContain(hint);
    expect(code).toBe(3);
  });

  test('without --yes, and no terminal', async () => {
    await declare('orders');
    await declare('dead');
    await fill('dead', 1);
    const { code, err } = await topo('move', 'dead', 'orders');
    expect({ code, err }).toEqual({
      code: 4,
      err: 'without a terminal, move needs --yes: nothing was written\n',
    });
    expect(await readyIn('dead')).toBe(1);
  });
});

describe('it refuses', () => {
  test('a destination that would drop some', async () => {
    await declare('dead');
    await declare('small', { 'x-max-length': 5 });
    await fill('small', 3);
    await fill('dead', 4);
    const { code, out } = await move('dead', 'small');
    expect(out).toContain(
      `refused: queues/${vhost}/small: it holds 3 messages and drops those beyond max-length 5, so not all 4 fit\n    raise the limit, or let it refuse messages: overflow reject-publish; or move fewer: --limit 2`,
    );
    expect(code).toBe(4);
    expect((await move('dead', 'small', '--limit', '2')).code).toBe(0);
    expect([await readyIn('dead'), await readyIn('small')]).toEqual([2, 5]);
  });

  test('a destination that would dead-letter what it rejects, and what stays', async () => {
    await declare('dead');
    await declare('small', {
      'x-max-length': 5,
      'x-overflow': 'reject-publish-dlx',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'dead',
    });
    await fill('dead', 6);
    const { code, out } = await move('dead', 'small');
    expect(out).toContain('rejects and dead-letters those beyond max-length 5, so not all 6 fit');
    expect(code).toBe(4);
    expect((await move('dead', 'small', '--limit', '5')).code).toBe(0);
    expect([await readyIn('dead'), await readyIn('small')]).toEqual([1, 5]);
  });

  test('a destination that goes with them unless somebody uses it, or takes none', async () => {
    await declare('dead');
    await fill('dead', 3);
    await declare('brief', { 'x-expires': 20_000 });
    const unused = await move('dead', 'brief');
    expect(unused.out).toContain(
      'RabbitMQ deletes it with its messages after 20,000 ms without use',
    );
    expect([unused.code, await readyIn('dead')]).toEqual([4, 3]);
    await declare('instant', { 'x-message-ttl': 0 });
    const instant = await move('dead', 'instant');
    expect(instant.out).toContain('drops what no consumer takes at once: message-ttl 0');
    expect([instant.code, await readyIn('dead')]).toEqual([4, 3]);
    await channel.consume('brief', () => undefined);
    expect((await move('dead', 'brief')).code).toBe(0);
    await declare('as-brief', { 'x-expires': 20_000 });
    await declare('longer', { 'x-expires': 30_000 });
    await fill('as-brief', 1);
    expect((await move('as-brief', 'longer')).code).toBe(0);
  });

  test('a limit that a policy sets', async () => {
    await declare('dead');
    await declare('small');
    await fill('dead', 4);
    const definition = { 'max-length': 2 };
    await api('PUT', `policies/${vhost}/short`, { pattern: '^small$', definition });
    expect((await move('dead', 'small')).code).toBe(4);
    expect(await readyIn('dead')).toBe(4);
  });

  test('a stream, and a queue with a single active consumer', async () => {
    await declare('log', { 'x-queue-type': 'stream' });
    await declare('orders', { 'x-single-active-consumer': true });
    expect((await move('log', 'orders')).out).toContain(
      "messages of a stream queue can't be moved",
    );
    await declare('other');
    await channel.consume('orders', () => undefined);
    const { code, out } = await move('orders', 'other');
    expect(out).toContain('its single active consumer gets all messages, so topo would get none');
    expect(code).toBe(4);
  });
});

test('stops before a message of another user, and says how to go on', async () => {
  const user = `mover-${vhost}`;
  const all = { configure: '.*', write: '.*', read: '.*' };
  await api('PUT', `users/${user}`, { password: 'moves', tags: 'management' });
  await api('PUT', `permissions/${vhost}/${user}`, all);
  await declare('dead');
  await declare('orders');
  await fill('dead', 2);
  await fill('dead', 1, { userId: broker.username });
  await fill('dead', 1);
  const as = {
    ...env,
    RABBITMQ_USERNAME: user,
    RABBITMQ_PASSWORD: 'moves',
    AMQP_URL: broker.amqpUrl.replace(/\/\/[^@]*@/, '//'),
  };
  const again = () => callTopo(['move', 'dead', 'orders', '--vhost', vhost, '--yes'], folder, as);
  const { code, out } = await again();
  expect(out).toContain('Moved 2 messages');
  expect(out).toContain(
    `stopped there: AMQP: the next message was published by user "${broker.username}", and "${user}" may not send it on in that name`,
  );
  expect(out).toContain(`rabbitmqctl set_user_tags ${user} impersonator`);
  expect(code).toBe(6);
  await api('PUT', `users/${user}`, { password: 'moves', tags: 'management,impersonator' });
  expect((await again()).code).toBe(0);
  expect(await readyIn('orders')).toBe(4);
  await api('DELETE', `users/${user}`);
});

test('a user who lacks rights is told which, and nothing moves', async () => {
  const user = `mover-${vhost}`;
  await api('PUT', `users/${user}`, { password: 'moves', tags: 'management' });
  await api('PUT', `permissions/${vhost}/${user}`, { configure: '', write: '', read: '^dead$' });
  await declare('dead');
  await declare('orders');
  await fill('dead', 2);
  const as = {
    ...env,
    RABBITMQ_USERNAME: user,
    RABBITMQ_PASSWORD: 'moves',
    AMQP_URL: broker.amqpUrl.replace(/\/\/[^@]*@/, '//'),
  };
  const again = () => callTopo(['move', 'dead', 'orders', '--vhost', vhost, '--yes'], folder, as);
  const { code, err } = await again();
  expect(err).toContain(`configure on "orders.topo-move-00000000"`);
  expect(code).toBe(1);
  const rights = { configure: '^orders', write: '^orders', read: '^(orders|dead)' };
  await api('PUT', `permissions/${vhost}/${user}`, rights);
  expect((await again()).code).toBe(0);
  expect(await readyIn('orders')).toBe(2);
  await api('DELETE', `users/${user}`);
});

/** Starts to move 20,000 messages as a process of its own, and waits until some have arrived. */
async function startMoving(): Promise<ReturnType<typeof startTopo>> {
  await declare('dead');
  await declare('orders');
  await fill('dead', 20_000);
  const running = startTopo(['move', 'dead', 'orders', '--vhost', vhost, '--yes'], folder, env);
  await expect.poll(() => readyIn('orders'), { interval: 5, timeout: 20_000 }).toBeGreaterThan(0);
  return running;
}

test('Ctrl-C ends it with what is under way; the next run moves the rest', async () => {
  const { child, ended } = await startMoving();
  child.kill('SIGINT');
  const { code, out } = await ended;
  expect(code).toBe(130);
  const moved = Number(/Moved ([\d,]+)/.exec(out)?.[1]?.replaceAll(',', ''));
  await expect.poll(() => readyIn('dead')).toBe(20_000 - moved);
  expect(await readyIn('orders')).toBe(moved);
  await move('dead', 'orders', '--limit', '100');
  expect(await readyIn('orders')).toBe(moved + 100);
});

test('killed, it loses none', async () => {
  const { child, ended } = await startMoving();
  child.kill('SIGKILL');
  await ended;
  await expect
    .poll(async () => (await readyIn('dead')) + (await readyIn('orders')))
    .toBeGreaterThanOrEqual(20_000);
  expect((await readyIn('dead')) + (await readyIn('orders'))).toBeLessThanOrEqual(21_000);
});
