// Dead letters and unroutable messages still arrive after an apply: the test publishes them and
// counts them at their destination.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ChannelModel } from 'amqplib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { callTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-onward-'));
});
afterAll(() => rm(folder, { recursive: true }));

let vhost = '';
beforeEach(async () => {
  vhost = await freshVhost();
});

interface World {
  readonly exchanges?: Readonly<Record<string, object>>;
  readonly queues?: Readonly<Record<string, object>>;
  /** `source > destination key` */
  readonly bindings?: readonly string[];
  readonly policies?: Readonly<Record<string, object>>;
}

async function arrange({ exchanges = {}, queues = {}, bindings = [], policies = {} }: World) {
  for (const [name, more] of Object.entries(policies)) {
    await api('PUT', `policies/${vhost}/${name}`, more);
  }
  for (const [name, more] of Object.entries(exchanges)) {
    await api('PUT', `exchanges/${vhost}/${name}`, { type: 'direct', durable: true, ...more });
  }
  for (const [name, args] of Object.entries(queues)) {
    await api('PUT', `queues/${vhost}/${name}`, { durable: true, arguments: args });
  }
  for (const binding of bindings) {
    const [source = '', , destination = '', routing_key = ''] = binding.split(' ');
    await api('POST', `bindings/${vhost}/e/${source}/q/${destination}`, { routing_key });
  }
}

async function withModel<T>(use: (model: ChannelModel) => Promise<T>): Promise<T> {
  const model = await connect(`${broker.amqpUrl}/${vhost}`);
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}

interface Sent {
  readonly exchange?: string;
  readonly key: string;
  /** Unless it expires at once, to be dead-lettered. */
  readonly lasts?: boolean;
}

/** Publishes a message; says whether it has come to the queue. */
const reaches = (queue: string, from: Sent): Promise<boolean> =>
  withModel(async (model) => {
    const channel = await model.createConfirmChannel();
    channel.on('error', () => undefined);
    const { exchange = '', key, lasts = false } = from;
    channel.publish(exchange, key, Buffer.from('x'), lasts ? {} : { expiration: '1' });
    await channel.waitForConfirms();
    for (let look = 0; look < 20; look++) {
      const message = await channel.get(queue, { noAck: true }).catch(() => false as const);
      if (message !== false) return true;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return false;
  });

async function apply(text: string, ...flags: readonly string[]) {
  const file = join(folder, 'topology.yaml');
  await writeFile(file, `vhost: ${vhost}\n${text}`);
  return callTopo(['apply', '--yes', ...flags, file], folder, env);
}

interface Case extends World {
  readonly name: string;
  readonly file: string;
  readonly code: number;
  readonly said: string;
  readonly from: Sent;
  readonly to: string;
}

const alternates = { pattern: '^in$', definition: { 'alternate-exchange': 'rest' } };
const letters = { pattern: '^orders$', definition: { 'dead-letter-exchange': 'letters' } };
/** RabbitMQ takes it, and JavaScript can't compile it. */
const posix = { ...letters, pattern: '^[[:alpha:]]{6}$' };

const cases: Case[] = [
  {
    name: 'over the default exchange, of a declared queue',
    queues: {
      orders: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'old_dead' },
      old_dead: {},
    },
    file: `
manage: { queues: ['old_*'] }
queues:
  - { name: orders, arguments: { x-dead-letter-exchange: '', x-dead-letter-routing-key: old_dead } }`,
    code: exit.input,
    said: 'queue "orders": its x-dead-letter-exchange "" leads to queue "old_dead", which is managed but not declared, so it would be deleted',
    from: { key: 'orders' },
    to: 'old_dead',
  },
  {
    name: 'over the default exchange, of an undeclared queue',
    queues: {
      orders: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'old_dead' },
      old_dead: {},
      kept: {},
    },
    file: `
manage: { queues: ['old_*'] }
queues: [{ name: kept }]`,
    code: exit.refused,
    said: 'refused: queue orders (x-dead-letter-exchange) would send messages on to it, and they would be dropped',
    from: { key: 'orders' },
    to: 'old_dead',
  },
  {
    name: 'over the default exchange, by the key of a binding',
    exchanges: { in: {} },
    queues: { orders: { 'x-dead-letter-exchange': '' }, old_dead: {}, kept: {} },
    bindings: ['in > orders old_dead'],
    file: `
manage: { queues: ['old_*'] }
queues: [{ name: kept }]`,
    code: exit.refused,
    said: 'refused: queue orders (x-dead-letter-exchange) would send messages on to it',
    from: { exchange: 'in', key: 'old_dead' },
    to: 'old_dead',
  },
  {
    name: 'over the default exchange, by the pattern of a binding',
    exchanges: { in: { type: 'topic' } },
    queues: { orders: { 'x-dead-letter-exchange': '' }, 'old.dead': {}, kept: {} },
    bindings: ['in > orders old.*'],
    file: `
manage: { queues: ['old.*'] }
queues: [{ name: kept }]`,
    code: exit.refused,
    said: 'refused: queue orders (x-dead-letter-exchange) may send messages on to it',
    from: { exchange: 'in', key: 'old.dead' },
    to: 'old.dead',
  },
  {
    name: 'by a policy, of a declared queue',
    exchanges: { letters: { type: 'fanout' } },
    queues: { orders: {}, dead: {} },
    bindings: ['letters > dead'],
    policies: { dlx: letters },
    file: `
manage: { exchanges: ['letters'] }
queues: [{ name: orders }]`,
    code: exit.input,
    said: 'queue "orders": its dead-letter-exchange "letters" (policy dlx) is managed but not declared, so it would be deleted',
    from: { key: 'orders' },
    to: 'dead',
  },
  {
    name: 'by a policy, of an undeclared queue',
    exchanges: { letters: { type: 'fanout' } },
    queues: { orders: {}, dead: {} },
    bindings: ['letters > dead'],
    policies: { dlx: letters },
    file: `
manage: { exchanges: ['letters'] }
queues: [{ name: dead }]`,
    code: exit.refused,
    said: 'refused: queue orders (dead-letter-exchange of policy dlx) would send messages on to it',
    from: { key: 'orders' },
    to: 'dead',
  },
  {
    name: 'by a policy to the default exchange, with the key of a policy',
    queues: { orders: {}, old_dead: {}, kept: {} },
    policies: {
      dlx: {
        pattern: '^orders$',
        definition: { 'dead-letter-exchange': '', 'dead-letter-routing-key': 'old_dead' },
      },
    },
    file: `
manage: { queues: ['old_*'] }
queues: [{ name: kept }]`,
    code: exit.refused,
    said: 'refused: queue orders (dead-letter-exchange of policy dlx) would send messages on to it',
    from: { key: 'orders' },
    to: 'old_dead',
  },
  {
    name: 'by an argument of its own, with the key of a policy',
    queues: { orders: { 'x-dead-letter-exchange': '' }, old_dead: {}, kept: {} },
    policies: {
      dlx: {
        pattern: '^orders$',
        definition: { 'dead-letter-exchange': 'nowhere', 'dead-letter-routing-key': 'old_dead' },
      },
    },
    file: `
manage: { queues: ['old_*'] }
queues: [{ name: kept }]`,
    code: exit.refused,
    said: 'refused: queue orders (x-dead-letter-exchange) would send messages on to it',
    from: { key: 'orders' },
    to: 'old_dead',
  },
  {
    name: 'by the alternate exchange of a policy',
    exchanges: { in: {}, rest: { type: 'fanout' } },
    queues: { unrouted: {} },
    bindings: ['rest > unrouted'],
    policies: { ae: alternates },
    file: `
manage: { exchanges: ['rest'] }
queues: [{ name: unrouted }]`,
    code: exit.refused,
    said: 'refused: exchange in (alternate-exchange of policy ae) would send messages on to it',
    from: { exchange: 'in', key: 'any', lasts: true },
    to: 'unrouted',
  },
  {
    name: 'by a policy whose pattern only RabbitMQ can read, of a queue that is new',
    exchanges: { letters: { type: 'fanout' } },
    queues: { dead: {} },
    bindings: ['letters > dead'],
    policies: { dlx: posix },
    file: `
manage: { exchanges: ['letters'] }
queues: [{ name: orders }, { name: dead }]`,
    code: exit.refused,
    said: 'refused: queue orders (dead-letter-exchange of policy dlx) may send messages on to it',
    from: { key: 'dead', lasts: true },
    to: 'dead',
  },
];

describe('what messages are sent on to stays', () => {
  test.for(cases)('$name', async (one) => {
    await arrange(one);
    await expect.poll(() => reaches(one.to, one.from)).toBe(true);
    const { code, out, err } = await apply(one.file, '--allow-deletes', '9');
    expect({ code, text: out + err }).toEqual({
      code: one.code,
      text: expect.stringContaining(one.said) as string,
    });
    expect(await reaches(one.to, one.from)).toBe(true);
  });
});

test('a queue that a shovel delivers to stays, and what comes through the shovel arrives', async () => {
  await arrange({ queues: { from: {}, to: {} } });
  const uri = `${broker.amqpUrl}/${vhost}`;
  const value = { 'src-uri': uri, 'src-queue': 'from', 'dest-uri': uri, 'dest-queue': 'to' };
  await api('PUT', `parameters/shovel/${vhost}/mover`, { value });
  const file = "manage: { queues: ['to'] }\nqueues: [{ name: from }]";
  const ended = await apply(file, '--allow-deletes', '1');
  expect(ended).toMatchObject({ code: exit.refused });
  expect(ended.out).toContain(
    'refused: shovel mover (dest-queue) may send messages on to it, and they would be dropped',
  );
  expect(await reaches('to', { key: 'from', lasts: true })).toBe(true);
  const agreed = [`--allow-message-loss=queues/${vhost}/to=all`, '--allow-deletes', '1'];
  await api('DELETE', `queues/${vhost}/to/contents`);
  expect((await apply(file, ...agreed, '--allow-disconnect', `queues/${vhost}/to`)).code).toBe(0);
});

test('the default exchange takes nothing as an alternate exchange, and topo says so', async () => {
  await arrange({
    exchanges: { in: { arguments: { 'alternate-exchange': '' } } },
    queues: { q: {} },
  });
  expect(await reaches('q', { exchange: 'in', key: 'q', lasts: true })).toBe(false);
  const { code, out } = await apply(
    `exchanges: [{ name: in, type: direct, arguments: { alternate-exchange: '' } }]`,
  );
  expect(code).toBe(exit.done);
  expect(out).toContain(
    'exchange "in": its alternate-exchange "" is the default exchange, which takes no messages from another, so unroutable messages are dropped',
  );
});

test('a dead-letter exchange without a way is warned of, and drops', async () => {
  await arrange({
    exchanges: { letters: {} },
    queues: { dead: {}, orders: { 'x-dead-letter-exchange': 'letters' } },
    bindings: ['letters > dead other'],
  });
  expect(await reaches('dead', { key: 'orders' })).toBe(false);
  const file = (binding: string) => `
exchanges: [{ name: letters, type: direct }, { name: in, type: direct }]
queues: [{ name: dead }, { name: orders, arguments: { x-dead-letter-exchange: letters } }]
bindings: [{ source: in, destination: orders, routing_key: orders }, ${binding}]`;
  const { out } = await apply(file('{ source: letters, destination: dead, routing_key: other }'));
  expect(out).toContain(
    'queue "orders": its x-dead-letter-exchange "letters" has no route for the routing key "orders", so dead letters are dropped',
  );
  const bound = await apply(file('{ source: letters, destination: dead, routing_key: orders }'));
  expect(bound.out).not.toContain('warning');
  expect(await reaches('dead', { exchange: 'in', key: 'orders' })).toBe(true);
});

test('a queue that loses its policy with its type says so, and dead-letters no more', async () => {
  const definition = { 'dead-letter-exchange': 'letters', 'queue-mode': 'lazy' };
  await arrange({
    exchanges: { letters: { type: 'fanout' } },
    queues: { dead: {}, orders: { 'x-queue-type': 'classic' } },
    bindings: ['letters > dead'],
    policies: { lazy: { pattern: '^orders$', definition } },
  });
  const sent = { key: 'orders' };
  await expect.poll(() => reaches('dead', sent)).toBe(true);
  const { code, out } = await apply('queues: [{ name: orders, type: quorum }]');
  expect(code).toBe(exit.done);
  expect(out).toContain(
    'queue "orders" as a quorum queue: policy "lazy" (dead-letter-exchange, queue-mode) no longer applies',
  );
  expect(await reaches('dead', sent)).toBe(false);
});
