// Changes bindings of exchanges that keep a hash ring. What is published shows the result, not what
// is listed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LiveBinding } from '../../src/topology/live.ts';
import { isBinding } from '../../src/topology/object.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openTestBroker } from '../management/arrange.ts';
import { firstOf } from '../sample.ts';
import { callTopo } from './topo.ts';

interface Overview {
  readonly exchange_types: readonly { readonly name: string }[];
}
const { exchange_types } = (await api('GET', 'overview')) as Overview;
const types = exchange_types.map(({ name }) => name);

let folder = '';
let vhost = '';
let connection: ChannelModel;
let channel: ConfirmChannel;
let returned = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-rings-'));
  vhost = await freshVhost();
  connection = await connect(`${broker.amqpUrl}/${vhost}`);
  channel = await connection.createConfirmChannel();
  channel.on('return', () => returned++);
});
afterAll(async () => {
  await connection.close();
  await rm(folder, { recursive: true });
});

/** How many of a thousand messages with keys of their own find no queue. */
async function publish(exchange: string, key = (nth: number) => `k${nth}`): Promise<number> {
  returned = 0;
  for (let nth = 0; nth < 1_000; nth++) {
    channel.publish(exchange, key(nth), Buffer.from('x'), { mandatory: true });
  }
  await channel.waitForConfirms();
  return returned;
}

async function apply(yaml: string, env: Record<string, string> = {}) {
  const file = join(folder, 'topology.yaml');
  await writeFile(file, `vhost: ${vhost}\n${yaml}`);
  return callTopo(['apply', file, '--yes'], folder, {
    RABBITMQ_ENDPOINT: broker.endpoint,
    RABBITMQ_USERNAME: broker.username,
    RABBITMQ_PASSWORD: broker.password,
    AMQP_URL: broker.amqpUrl,
    ...env,
  });
}

interface Bound {
  readonly destination: string;
  readonly routing_key: string;
}
const boundTo = async (exchange: string): Promise<string[]> => {
  const found = await api('GET', `exchanges/${vhost}/${exchange}/bindings/source`);
  return (found as Bound[]).map((one) => `${one.destination} ${one.routing_key}`).sort();
};

const topology = (
  name: string,
  bindings: string,
  type = 'x-consistent-hash, auto_delete: false',
) => `
exchanges: [{ name: ${name}, type: ${type} }]
queues: [{ name: ${name}.a }, { name: ${name}.b }]
bindings: ${bindings.replaceAll('SOURCE', `source: ${name}, destination: ${name}`)}
`;

/** To an exchange, and from there to a queue of the same name. */
const overExchange = (name: string, weights: readonly string[]) => `
exchanges: [{ name: ${name}, type: x-consistent-hash }, { name: ${name}.a, type: fanout }]
queues: [{ name: ${name}.a }]
bindings:
  - { source: ${name}.a, destination: ${name}.a }
  - for_each: { weight: [${weights.join()}] }
    source: ${name}
    destination: ${name}.a
    destination_type: exchange
    routing_key: '\${weight}'
`;

const unreachable = { AMQP_URL: 'amqp://127.0.0.1:9' };

const ways = [
  ['over AMQP', 'hash1', {}],
  ['over HTTP', 'hash2', unreachable],
] as const;
describe.runIf(types.includes('x-consistent-hash')).each(firstOf(ways))(
  'a consistent-hash exchange, %s',
  (_how, name, env) => {
    const cases = [
      ['one', `[{ SOURCE.a, routing_key: '1' }]`, ['a 1']],
      ['another weight', `[{ SOURCE.a, routing_key: '2' }]`, ['a 2']],
      ['two', `[{ SOURCE.a, routing_key: '2' }, { SOURCE.a, routing_key: '3' }]`, ['a 2', 'a 3']],
      ['one of the two', `[{ SOURCE.a, routing_key: '3' }]`, ['a 3']],
      ['other arguments', `[{ SOURCE.a, routing_key: '3', arguments: { note: 1 } }]`, ['a 3']],
      [
        'again other arguments',
        `[{ SOURCE.a, routing_key: '3', arguments: { note: 2 } }]`,
        ['a 3'],
      ],
      ['another destination', `[{ SOURCE.b, routing_key: '1' }]`, ['b 1']],
      [
        'both, and of one another weight',
        `[{ SOURCE.a, routing_key: '5' }, { SOURCE.b, routing_key: '4' }]`,
        ['a 5', 'b 4'],
      ],
    ] as const;
    test.each(cases)('%s: every message finds a queue', async (_what, bindings, bound) => {
      const ended = await apply(topology(name, bindings), env);
      expect(ended, ended.out + ended.err).toMatchObject({ code: 0 });
      expect(await publish(name)).toBe(0);
      expect(await boundTo(name)).toEqual(bound.map((one) => `${name}.${one}`));
    });

    test('an exchange as the destination, of another weight and of one weight less: every message finds a queue', async () => {
      for (const weights of [['1'], ['2'], ['2', '3'], ['3']]) {
        const ended = await apply(overExchange(`${name}-on`, weights), env);
        expect(ended, ended.out + ended.err).toMatchObject({ code: 0 });
        expect(await publish(`${name}-on`), weights.join()).toBe(0);
        const bound = weights.map((weight) => `${name}-on.a ${weight}`);
        expect(await boundTo(`${name}-on`)).toEqual(bound);
      }
    });

    test('a weight that the broker refuses leaves the old one bound, and says so', async () => {
      const bindings = `[{ SOURCE.a, routing_key: '7' }, { SOURCE.b, routing_key: '1' }]`;
      expect(await apply(topology(name, bindings), env)).toMatchObject({ code: 0 });
      const opened = openTestBroker(env);
      const { objects } = await opened.readLive(new Set([vhost]));
      const old = [...objects.values()].filter(
        (one) => isBinding(one) && one.source === name && one.routing_key === '7',
      ) as LiveBinding[];
      // The check of the file would find it, so the plan is left out.
      const heavy = old.map((one) => ({ ...one, routing_key: 'heavy' }));
      await expect(opened.rebind(old, heavy)).rejects.toThrow('the old bindings are back');
      expect(await boundTo(name)).toEqual([`${name}.a 7`, `${name}.b 1`]);
      expect(await publish(name)).toBe(0);
    });

    test('an auto_delete one is replaced', async () => {
      const auto = `${name}-auto`;
      const bindings = (weight: number) =>
        topology(
          auto,
          `[{ SOURCE.a, routing_key: '${weight}' }]`,
          'x-consistent-hash, auto_delete: true',
        );
      expect(await apply(bindings(1), env)).toMatchObject({ code: 0 });
      const ended = await apply(bindings(2), env);
      expect(ended, ended.out + ended.err).toMatchObject({ code: 0 });
      expect(ended.out).toContain(`-/+ exchange`);
      expect(await publish(auto)).toBe(0);
      expect(await boundTo(auto)).toEqual([`${auto}.a 2`]);
    });
  },
);

test('the plan warns of two bindings to one destination, and says what is unbound first', async () => {
  const first = await apply(
    topology('hash3', `[{ SOURCE.a, routing_key: '1' }, { SOURCE.a, routing_key: '2' }]`),
  );
  expect(first.out).toContain(
    'warning: exchange "hash3" is bound to queue "hash3.a" twice but keeps one place for both on its ring',
  );
  const second = await apply(topology('hash3', `[{ SOURCE.a, routing_key: '3' }]`));
  expect(second.out).toContain('unbound first: "1", "2"; bound then: "3"');
  expect(second.out).toMatch(/gap of about 10 ms \(over AMQP in one go\)/);
});

test("a binding of someone else's to the destination comes back", async () => {
  await apply(topology('hash4', `[{ SOURCE.a, routing_key: '1' }]`));
  const theirs = 'hash4/q/hash4.a';
  await api('POST', `bindings/${vhost}/e/${theirs}`, { routing_key: '9' });
  const unmanaged = topology('hash4', `[{ SOURCE.a, routing_key: '2' }]`);
  const ended = await apply(unmanaged);
  expect(ended, ended.out).toMatchObject({ code: 0 });
  expect(await publish('hash4')).toBe(0);
});

/**
 * By type: whether everything is routed with the second binding before the first is gone, and where
 * it went before.
 */
const rows = [
  ['direct', 0, 0],
  ['topic', 0, 0],
  ['fanout', 0, 0],
  ['headers', 0, 0],
  ['x-modulus-hash', 0, 0],
  ['x-random', 0, 0],
  ['x-recent-history', 0, 0],
  ['x-consistent-hash', 1_000, 0],
] as const;
test.each(
  firstOf(
    rows.filter(([type]) => types.includes(type)),
    2,
  ),
)(
  '%s: %i of 1,000 are lost when the new binding comes first, %i when the old one goes first',
  async (type, newFirst, oldFirst) => {
    const queue = `order.${type}`;
    await channel.assertQueue(queue);
    const key = type.endsWith('-hash') ? undefined : () => '2';
    const exchanges = [`${type}.new-first`, `${type}.old-first`] as const;
    for (const exchange of exchanges) await channel.assertExchange(exchange, type);
    await channel.bindQueue(queue, exchanges[0], '1');
    await channel.bindQueue(queue, exchanges[0], '2');
    await channel.unbindQueue(queue, exchanges[0], '1');
    expect(await publish(exchanges[0], key)).toBe(newFirst);
    await channel.bindQueue(queue, exchanges[1], '1');
    await channel.unbindQueue(queue, exchanges[1], '1');
    await channel.bindQueue(queue, exchanges[1], '2');
    expect(await publish(exchanges[1], key)).toBe(oldFirst);
  },
);
