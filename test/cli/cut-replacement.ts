// Exchange x, with two bindings, and a proxy that cuts its replacement over HTTP.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';

export let folder = '';
export let vhost = '';
export let proxy: Proxy;
export let env: Record<string, string> = {};
export const bindings = [
  { routing_key: 'plain', arguments: {} },
  { routing_key: 'with arguments', arguments: { 'x-match': 'all', n: 1 } },
];

/** Called by each file that uses the rest. */
export function setUpReplacement(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'topo-cut-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    vhost = await freshVhost();
    const { hostname, port } = new URL(broker.endpoint);
    proxy = await openProxy({ host: hostname, port: Number(port) });
    env = {
      RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
      RABBITMQ_USERNAME: broker.username,
      RABBITMQ_PASSWORD: broker.password,
      AMQP_URL: 'amqp://127.0.0.1:1',
    };
    await api('PUT', `exchanges/${vhost}/x`, { type: 'direct', durable: true });
    await api('PUT', `queues/${vhost}/theirs`, { durable: true });
    for (const binding of bindings) {
      await api('POST', `bindings/${vhost}/e/x/q/theirs`, binding);
    }
  });
  afterEach(() => proxy.close());
}

/** What a replacement costs that waits for a silent broker. */
export const slow = 'each of several requests waits out the timeout of 3 s';
