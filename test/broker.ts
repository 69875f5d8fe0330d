// Gives tests a real RabbitMQ, set up and read without any of topo's code.
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inject } from 'vitest';
import type { Sandbox } from '../src/sandbox/sandbox.ts';
import { startSandbox } from '../src/sandbox/start.ts';
import { atEnd } from './at-end.ts';
import { authorizationOf, type Broker } from './broker-of.ts';
import { readInstallation } from './sandbox/root.ts';

/** The broker that all tests share. */
export const broker = (await ask('GET', 'shared')) as Broker;

/** The environment with which topo reaches it. */
export const env = {
  RABBITMQ_ENDPOINT: broker.endpoint,
  RABBITMQ_USERNAME: broker.username,
  RABBITMQ_PASSWORD: broker.password,
  AMQP_URL: broker.amqpUrl,
};

/**
 * Makes a new vhost in which the broker's user has all rights; deletes it at the end. `more`: the
 * end of its name.
 */
export async function freshVhost(at = broker, more = ''): Promise<string> {
  const vhost = await makeVhost(at, more);
  atEnd(() => api('DELETE', `vhosts/${encodeURIComponent(vhost)}`, undefined, at));
  return vhost;
}

/** The same, but deletes it once `use` is done: thousands should not exist at once. */
export async function inVhost<T>(use: (vhost: string) => Promise<T>, at = broker): Promise<T> {
  const vhost = await makeVhost(at);
  const remove = () => api('DELETE', `vhosts/${vhost}`, undefined, at);
  const result = await use(vhost).catch(async (error: unknown) => {
    // What failed is told, not that its broker is gone.
    await remove().catch(() => undefined);
    throw error;
  });
  await remove();
  return result;
}

async function makeVhost(at: Broker, more = ''): Promise<string> {
  const vhost = `test-${randomUUID()}${more}`;
  const all = { configure: '.*', write: '.*', read: '.*' };
  await api('PUT', `vhosts/${encodeURIComponent(vhost)}`, undefined, at);
  await api('PUT', `permissions/${encodeURIComponent(vhost)}/${at.username}`, all, at);
  return vhost;
}

const isAboutVhost = /"no_such_vhost"|Please create virtual host/;

/** The federation plugin answers 400 while any other vhost is being deleted. */
export async function whileVhostsGo(ask: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask();
    if (answer.ok || attempt === 40) return answer;
    if (!isAboutVhost.test(await answer.clone().text())) return answer;
    await pause(250);
  }
}

/**
 * Calls the management API; `path` is the encoded part after /api/. Undefined for an empty answer.
 */
export async function api(
  method: string,
  path: string,
  body?: unknown,
  at = broker,
): Promise<unknown> {
  const ask = () =>
    fetch(`${at.endpoint}/api/${path}`, {
      method,
      headers: { authorization: authorizationOf(at), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const answer = await whileVhostsGo(ask);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/**
 * Takes a node that no other test uses meanwhile and that may be killed. A test works in its own
 * vhost, and undoes its settings.
 */
export async function takeNode(): Promise<Sandbox> {
  const node = (await ask('POST', 'take')) as Sandbox;
  atEnd(() => ask('POST', 'give-back', node.folder));
  return node;
}

/** Starts a killed node again, with its data, on the same ports. */
export async function restartNode({ folder, name }: Sandbox): Promise<Sandbox> {
  return startSandbox({ root: dirname(folder), name, installation: await readInstallation() });
}

async function ask(method: string, what: string, body?: string): Promise<unknown> {
  const url = `${inject('brokers')}/${what}`;
  const answer = await fetch(url, { method, ...(body !== undefined && { body }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return JSON.parse(text);
}
