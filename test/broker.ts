// A real RabbitMQ to test against, arranged and read without any code of ours.
import { randomUUID } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import type { Sandbox } from '../src/sandbox/sandbox.ts';
import { startSandbox } from '../src/sandbox/start.ts';
import { deleteSandbox } from '../src/sandbox/stop.ts';
import { readInstallation, sandboxRoot } from './sandbox/root.ts';

export const broker = inject('broker');

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
}, 60_000);

/** A new vhost that guest may do all in, deleted at the end of the test file. */
export async function freshVhost(): Promise<string> {
  const vhost = `test-${randomUUID()}`;
  const all = { configure: '.*', write: '.*', read: '.*' };
  await api('PUT', `vhosts/${vhost}`);
  await api('PUT', `permissions/${vhost}/${broker.username}`, all);
  closers.push(() => api('DELETE', `vhosts/${vhost}`));
  return vhost;
}

/** Asks the management API; `path` stands behind /api/, encoded. Undefined for an empty answer. */
export async function api(
  method: string,
  path: string,
  body?: unknown,
  endpoint = broker.endpoint,
): Promise<unknown> {
  const { username, password } = broker;
  const answer = await fetch(`${endpoint}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** A broker of the test's own, to be killed at will, deleted at the end of the test file. */
export async function startNode(): Promise<Sandbox> {
  const installation = await readInstallation();
  const sandbox = await startSandbox({ root: await sandboxRoot(), name: 'node', installation });
  closers.push(() => deleteSandbox(sandbox));
  return sandbox;
}
