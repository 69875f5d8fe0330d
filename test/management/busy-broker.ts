// Brokers that write much over AMQP, and what becomes of that if its connection goes.
import { expect } from 'vitest';
import type { Broker } from '../../src/management/broker.ts';
import { forEachParallel } from '../../src/reconcile/parallel.ts';
import type { Step } from '../../src/reconcile/step.ts';
import { addressOf } from '../../src/topology/identity.ts';
import type { RoutingObject } from '../../src/topology/object.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { openTestBroker, proxyTo, queue } from './arrange.ts';

export const names = (count: number, prefix = 'q'): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${n}`);

interface Tried {
  readonly done: number;
  /** Why each of the others failed, by its name. */
  readonly failed: ReadonlyMap<string, string>;
}

/** Puts as many at once as topo apply does. */
export async function putAll(opened: Broker, objects: readonly RoutingObject[]): Promise<Tried> {
  const failed = new Map<string, string>();
  await forEachParallel(objects, 64, async (object) => {
    await opened.put(object).catch((error: unknown) => {
      const name = object.kind === 'binding' ? object.routing_key : object.name;
      const { message, hint = '' } = error as Error & { hint?: string };
      failed.set(name, `${message} | ${hint}`);
    });
  });
  return { done: objects.length - failed.size, failed };
}

export const toStep = (after: RoutingObject): Step => ({
  kind: 'create',
  address: addressOf(after),
  after,
  at: undefined,
  managed: true,
  because: undefined,
  request: { kind: 'own', needs: [] },
  depth: undefined,
  effect: undefined,
});

/** A broker that knows of so many writes that they go over AMQP. */
export async function busyBroker(vhost: string, env: NodeJS.ProcessEnv = {}, timeout = 10) {
  const proxy = await proxyTo();
  const through = { RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}` };
  const opened = openTestBroker({ ...through, ...env }, timeout);
  opened.foresee(names(101).map((name) => toStep(queue(vhost, name))));
  const httpWrites = () => proxy.requests.filter((line) => /^(PUT|POST|DELETE) /.test(line)).length;
  return { opened, httpWrites };
}

export async function amqpProxy(): Promise<Proxy> {
  const { hostname, port } = new URL(broker.amqpUrl);
  const proxy = await openProxy({ host: hostname, port: Number(port) });
  atEnd(() => proxy.close());
  return proxy;
}

export const through = ({ port }: Proxy) => ({ AMQP_URL: `amqp://127.0.0.1:${port}` });
export const countQueues = async (vhost: string): Promise<number> =>
  ((await api('GET', `queues/${vhost}?disable_stats=true&enable_queue_totals=true`)) as unknown[])
    .length;

/** Cuts AMQP, or lets it fall silent, while 200 queues are declared. */
export async function putAmid(fault: 'cut' | 'blackHole'): Promise<void> {
  const vhost = await freshVhost();
  const proxy = await amqpProxy();
  const { opened, httpWrites } = await busyBroker(vhost, through(proxy), 2);
  const putting = putAll(
    opened,
    names(200).map((name) => queue(vhost, name)),
  );
  while (proxy.bytes.sent < 6_000) await new Promise(setImmediate);
  proxy[fault]();
  expect(await putting).toEqual({ done: 200, failed: new Map() });
  expect(await countQueues(vhost)).toBe(200);
  expect(httpWrites()).toBeLessThan(190);
}
