// A queue `orders` in use, with bindings, that a file turns from classic to quorum: where it is on
// its way, and whether all of it has arrived.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { atEnd } from '../at-end.ts';
import { api, broker, freshVhost } from '../broker.ts';
import type { Broker } from '../broker-of.ts';
import { accountFor, startPublisher, startWorker } from '../management/live-traffic.ts';
import type { Running } from './topo.ts';

export type Publisher = Awaited<ReturnType<typeof startPublisher>>;

export const patience = { timeout: 120_000 };
const keys = ['new', 'new.#', 'other'];
const isParking = (name: string): boolean => name.startsWith('orders.topo-parking-');

export class Orders {
  readonly vhost: string;
  readonly file: string;
  readonly #folder: string;
  readonly #at: Broker;

  private constructor(vhost: string, folder: string, at: Broker) {
    this.vhost = vhost;
    this.#folder = folder;
    this.#at = at;
    this.file = join(folder, 'orders.yaml');
  }

  static async setUp(at = broker): Promise<Orders> {
    const folder = await mkdtemp(join(tmpdir(), 'topo-orders-'));
    atEnd(() => rm(folder, { recursive: true }));
    const vhost = await freshVhost(at);
    const orders = new Orders(vhost, folder, at);
    await writeFile(orders.file, `vhost: ${vhost}\nqueues: [{ name: orders, type: quorum }]\n`);
    await orders.ask('PUT', `exchanges/${vhost}/shop`, { type: 'topic', durable: true });
    await orders.ask('PUT', `queues/${vhost}/orders`, { durable: true });
    for (const routing_key of keys)
      await orders.ask('POST', `bindings/${vhost}/e/shop/q/orders`, { routing_key });
    return orders;
  }

  ask(method: string, path: string, body?: unknown): Promise<unknown> {
    return api(method, path, body, this.#at);
  }

  /** A folder that no earlier run was in, as a CI job has. */
  elsewhere(): Promise<string> {
    return mkdtemp(join(this.#folder, 'elsewhere-'));
  }

  /** `rate`: messages a second. */
  publish(rate: number): Promise<Publisher> {
    const way = { exchange: 'shop', key: 'new', rate };
    return startPublisher(this.vhost, way, this.#at);
  }

  work(working?: Parameters<typeof startWorker>[2]) {
    return startWorker(this.vhost, 'orders', working, this.#at);
  }

  async names(kind: 'queues' | 'exchanges'): Promise<string[]> {
    const found = await this.ask('GET', `${kind}/${this.vhost}?columns=name`);
    return (found as { name: string }[]).map(({ name }) => name);
  }

  async #destinations(): Promise<string[]> {
    const found = await this.ask('GET', `exchanges/${this.vhost}/shop/bindings/source`);
    return (found as { destination: string }[]).map(({ destination }) => destination);
  }

  async type(): Promise<string | undefined> {
    const found = (await this.ask('GET', `queues/${this.vhost}?columns=name,arguments`)) as {
      name: string;
      arguments: Record<string, string>;
    }[];
    const queue = found.find(({ name }) => name === 'orders');
    return queue && (queue.arguments['x-queue-type'] ?? 'classic');
  }

  async isParkingThere(): Promise<boolean> {
    return (await this.names('queues')).some(isParking);
  }

  async isBoundToParking(): Promise<boolean> {
    return (await this.#destinations()).some(isParking);
  }

  async isReplaced(): Promise<boolean> {
    return (await this.type()) === 'quorum';
  }

  /** Works the queue off: nothing that was confirmed is missing, and nothing of topo's is left. */
  async expectAllThere(publisher: Publisher, before: readonly number[] = []): Promise<void> {
    const confirmed = await publisher.stop();
    expect(publisher.returned).toBe(0);
    const { worked } = await this.work();
    const all = () => [...before, ...worked];
    await expect.poll(() => new Set(all()).size, patience).toBeGreaterThanOrEqual(confirmed.size);
    expect(accountFor(confirmed, all()).lost).toBe(0);
    expect(await this.type()).toBe('quorum');
    expect(await this.#destinations()).toEqual(keys.map(() => 'orders'));
    const names = [...(await this.names('queues')), ...(await this.names('exchanges'))];
    expect(names.filter((name) => name.includes('topo'))).toEqual([]);
  }
}

/** Fails if the run ends before that. */
export async function reach({ ended }: Running, isThere: () => Promise<boolean>): Promise<void> {
  const early = ended.then((all) => expect.fail(JSON.stringify(all)));
  early.catch(() => undefined);
  while (!(await isThere())) await Promise.race([early, sleep(5)]);
}
