// Sets up brokers, users, proxies and vhosts for the tests of the management room.
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseConnection, type Connection } from '../../src/connection/connection.ts';
import { openBroker, type Broker } from '../../src/management/broker.ts';
import { defaultWaits, type Waits } from '../../src/management/waits.ts';
import { normalizeBinding } from '../../src/topology/kinds/binding.ts';
import { normalizeExchange } from '../../src/topology/kinds/exchange.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { TopologyObject } from '../../src/topology/object.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';

const { hostname: host, port } = new URL(broker.endpoint);

export function connectionTo(env: NodeJS.ProcessEnv = {}, timeout = 10): Connection {
  const { endpoint, amqpUrl, username, password } = broker;
  const own = { RABBITMQ_ENDPOINT: endpoint, AMQP_URL: withoutUser(amqpUrl) };
  const who = { RABBITMQ_USERNAME: username, RABBITMQ_PASSWORD: password };
  return parseConnection({ ...own, ...who, ...env }, { timeout });
}

/** The broker's own counts take their time; only the scenarios need topo's other waits in full. */
const waits: Waits = { ...defaultWaits, quiet: 100, settling: 100 };

/** Closed at the end. */
export function openTestBroker(env: NodeJS.ProcessEnv = {}, timeout = 10): Broker {
  const opened = openBroker(connectionTo(env, timeout), { waits });
  atEnd(() => opened.close());
  return opened;
}

/** In front of the management API; closed at the end. */
export async function proxyTo(options: Parameters<typeof openProxy>[1] = {}): Promise<Proxy> {
  const proxy = await openProxy({ host, port: Number(port) }, options);
  atEnd(() => proxy.close());
  return proxy;
}

/** Starts a web server with this answer; returns its address. Closed at the end. */
export async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Forwards a request to the broker, optionally with another path. */
export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  path = request.url ?? '/',
): Promise<void> {
  const { authorization = '' } = request.headers;
  const answer = await fetch(broker.endpoint + path, { headers: { authorization } });
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(await answer.text());
}

/** Makes a vhost in which queues without a type are quorum queues; deletes it at the end. */
export async function quorumVhost(): Promise<string> {
  const vhost = `${await freshVhost()}-quorum`;
  // 3.10 knows the first name, all later versions the second.
  const settings = { defaultqueuetype: 'quorum', default_queue_type: 'quorum' };
  await api('PUT', `vhosts/${vhost}`, settings);
  atEnd(() => api('DELETE', `vhosts/${vhost}`));
  return vhost;
}

/** Makes a user with the password `secret`; deletes it at the end. */
export async function userWith(
  name: string,
  tags: string,
  permissions: Readonly<Record<string, { configure: string; write: string; read: string }>> = {},
): Promise<NodeJS.ProcessEnv> {
  await api('PUT', `users/${name}`, { password: 'secret', tags });
  atEnd(() => api('DELETE', `users/${name}`));
  for (const [vhost, rights] of Object.entries(permissions)) {
    await api('PUT', `permissions/${encodeURIComponent(vhost)}/${name}`, rights);
  }
  return { RABBITMQ_USERNAME: name, RABBITMQ_PASSWORD: 'secret' };
}

export const exchange = (vhost: string, name: string, more: object = {}) =>
  ({ ...normalizeExchange({ name, type: 'direct', ...more }, vhost), system: false }) as const;
export const queue = (vhost: string, name: string, more: object = {}) => ({
  ...normalizeQueue({ name, type: 'classic', ...more }, vhost),
  type: 'type' in more ? String(more.type) : 'classic',
  system: false,
  ready: undefined,
  unacked: undefined,
  consumers: undefined,
  state: 'running',
});
export const binding = (vhost: string, source: string, destination: string, more: object = {}) =>
  normalizeBinding({ source, destination, ...more }, vhost);

/** With AMQP and without. */
export const ways = [
  { way: 'over AMQP', env: {} },
  { way: 'over HTTP', env: { AMQP_URL: 'amqp://127.0.0.1:1' } },
];

export async function arrange(...objects: readonly TopologyObject[]): Promise<void> {
  const opened = openTestBroker();
  for (const object of objects) {
    await (object.kind === 'binding' ? opened.put(object) : opened.put(object));
  }
}

/** Lists the objects in the vhost, without system objects. */
export async function standing(vhost: string): Promise<string[]> {
  const { objects } = await openTestBroker().readLive(new Set([vhost]));
  const own = [...objects.values()].filter((object) => !('system' in object && object.system));
  return own.map(canonicalObject).sort();
}

/** Credentials in the URL would win over those of the test's own user. */
function withoutUser(text: string): string {
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}
