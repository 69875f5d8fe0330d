// Compares super streams with those of RabbitMQ's own stream plugin, which rabbitmq-streams
// add_super_stream calls, on a node that has it.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox } from '../../src/sandbox/stop.ts';
import { api, freshVhost } from '../broker.ts';
import { brokerOf, type Broker } from '../broker-of.ts';
import { evaluate } from '../erlang.ts';
import { readInstallation, sandboxRoot } from '../sandbox/root.ts';
import { callTopo } from './topo.ts';

let node: Sandbox;
let broker: Broker;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-super-streams-'));
  const root = await sandboxRoot();
  const place = join(root, 'streams');
  await mkdir(join(place, 'conf.d'), { recursive: true, mode: 0o700 });
  const port = await freePort();
  await writeFile(join(place, 'conf.d', '10.conf'), `stream.listeners.tcp.1 = 127.0.0.1:${port}\n`);
  await writeFile(join(place, 'enabled_plugins'), '[rabbitmq_stream].\n');
  const installation = await readInstallation();
  node = await startSandbox({ root, name: 'streams', installation });
  broker = brokerOf(node);
}, 120_000);
afterAll(async () => {
  await deleteSandbox(node);
  await rm(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const topo = async (text: string, ...args: string[]) => {
  const file = join(folder, 'topology.yaml');
  await writeFile(file, text);
  const { endpoint, username, password, amqpUrl } = broker;
  const env = { RABBITMQ_ENDPOINT: endpoint, RABBITMQ_USERNAME: username, AMQP_URL: amqpUrl };
  return callTopo(args, folder, { ...env, RABBITMQ_PASSWORD: password });
};

/** Calls a function of the stream plugin; texts in its value are plain. */
async function call(name: string, ...args: Argument[]): Promise<string> {
  const value = await evaluate(node, `rabbit_stream_manager:${name}(${args.map(term).join(', ')})`);
  return value.replaceAll(/#Bin<([\d,]*)>/g, (_, bytes: string) =>
    Buffer.from(bytes.split(',').map(Number)).toString(),
  );
}

type Argument = string | readonly string[] | Readonly<Record<string, string>>;

/** In Erlang's notation. */
function term(value: Argument): string {
  if (typeof value === 'string') return `<<"${value}">>`;
  if (Array.isArray(value)) return `[${value.map(term).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, text]) => `${term(key)} => ${term(text)}`);
  return `#{${pairs.join(', ')}}`;
}

/** Everything in a vhost, as RabbitMQ exports it: one text for each object. */
async function objectsIn(vhost: string): Promise<string[]> {
  const found = await api('GET', `definitions/${vhost}`, undefined, broker);
  const { exchanges, queues, bindings } = found as Record<string, object[]>;
  const all = [exchanges ?? [], queues ?? [], bindings ?? []].flat();
  return all.map((one) => JSON.stringify(one)).sort();
}

async function madeByPlugin(): Promise<string> {
  const vhost = await freshVhost(broker);
  const args = { 'max-age': '7D', 'queue-leader-locator': 'client-local' };
  const make = (name: string, keys: readonly string[]) =>
    call(
      'create_super_stream',
      vhost,
      name,
      keys.map((key) => `${name}-${key}`),
      args,
      keys,
      'guest',
    );
  expect(await make('invoices', ['0', '1', '2'])).toBe('ok');
  expect(await make('orders', ['eu', 'us'])).toBe('ok');
  return vhost;
}

const fileOf = (vhost: string, orders = '[eu, us]') => `
vhost: ${vhost}
super_streams:
  - for_each: { name: [invoices] }
    name: \${name}
    partitions: 3
    arguments: { x-max-age: 7D, x-queue-leader-locator: client-local }
  - name: orders
    routing_keys: ${orders}
    arguments: { x-max-age: 7D, x-queue-leader-locator: client-local }
`;

test("the plugin's super streams are those of a file, and are exported as such", async () => {
  const vhost = await madeByPlugin();
  expect(await topo(fileOf(vhost), 'plan', 'topology.yaml', '--detailed-exitcode')).toMatchObject({
    code: 0,
  });
  const { out } = await topo('', 'export', '--vhost', vhost);
  expect(out.slice(out.indexOf('\n\n'))).toBe(`

super_streams:
  - name: invoices
    partitions: 3
    arguments:
      x-max-age: '7D'
      x-queue-leader-locator: client-local
  - name: orders
    routing_keys: [eu, us]
    arguments:
      x-max-age: '7D'
      x-queue-leader-locator: client-local
`);
});

test('what topo makes is byte for byte what the plugin makes, and the plugin knows it', async () => {
  const [theirs, ours] = [await madeByPlugin(), await freshVhost(broker)];
  expect(await topo(fileOf(ours), 'apply', 'topology.yaml', '--yes')).toMatchObject({ code: 0 });
  expect(await objectsIn(ours)).toEqual(await objectsIn(theirs));
  const partitions = '{ok, [invoices-0, invoices-1, invoices-2]}';
  expect(await call('partitions', ours, 'invoices')).toBe(partitions);
  expect(await call('route', 'us', ours, 'orders')).toBe('{ok, [orders-us]}');
});

test('a new partition comes last, and the plugin deletes the whole', async () => {
  const vhost = await madeByPlugin();
  const more = fileOf(vhost, '[eu, us, asia]');
  expect((await topo(more, 'plan', 'topology.yaml')).out).toContain(
    '  + super stream orders  1 more partition: asia,',
  );
  expect(await topo(more, 'apply', 'topology.yaml', '--yes')).toMatchObject({ code: 0 });
  expect(await call('partitions', vhost, 'orders')).toBe(
    '{ok, [orders-eu, orders-us, orders-asia]}',
  );
  for (const name of ['orders', 'invoices'])
    await call('delete_super_stream', vhost, name, 'guest');
  expect(await objectsIn(vhost)).toEqual([]);
});
