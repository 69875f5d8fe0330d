// An apply of many queues through proxies, which hold it up once it is in the midst.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { callTopo, startTopo } from './topo.ts';

export let folder = '';
export let vhost = '';
export let file = '';
export let proxy: Proxy;
export let amqpProxy: Proxy;
export let env: Record<string, string> = {};

/** Called by each file that uses the rest. */
export function setUpCuts(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'topo-faults-'));
    const [endpoint, amqp] = [new URL(broker.endpoint), new URL(broker.amqpUrl)];
    proxy = await openProxy({ host: endpoint.hostname, port: Number(endpoint.port) });
    amqpProxy = await openProxy({ host: amqp.hostname, port: Number(amqp.port) });
    env = {
      RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
      RABBITMQ_USERNAME: broker.username,
      RABBITMQ_PASSWORD: broker.password,
      AMQP_URL: `amqp://127.0.0.1:${amqpProxy.port}`,
    };
  });
  afterAll(async () => {
    await proxy.close();
    await amqpProxy.close();
    await rm(folder, { recursive: true });
  });
}

/** More than 100, so that they go over AMQP, and than 64 after those that are done. */
export const count = 160;

export async function arrange(queues = count): Promise<void> {
  vhost = await freshVhost();
  file = join(folder, `${vhost}.yaml`);
  const queue = `{ name: 'q\${n}', for_each: { n: 1..${queues} } }`;
  await writeFile(file, `vhost: ${vhost}\nmanage: all\nqueues: [${queue}]\n`);
}

export async function queuesOf(): Promise<number> {
  const path = `queues/${vhost}?disable_stats=true&enable_queue_totals=true`;
  return ((await api('GET', path)) as unknown[]).length;
}

export type Way = 'HTTP' | 'AMQP';

/** With many steps, HTTP writes only where AMQP is out of reach. */
export const over = (way: Way): Record<string, string> =>
  way === 'AMQP' ? env : { ...env, AMQP_URL: 'amqp://127.0.0.1:1' };

/** Half of the queues, in the order of their names, are sent by then: no answer comes any more. */
export const isUnderWay = (way: Way): Promise<void> =>
  way === 'AMQP'
    ? amqpProxy.blackHoleAfter(/q2\d/)
    : proxy.blackHoleAfter(new RegExp(`^PUT /api/queues/${vhost}/q2\\d `, 'm'));

export const silence = (): void => {
  for (const one of [proxy, amqpProxy]) one.blackHole();
};
export const restore = (): void => {
  for (const one of [proxy, amqpProxy]) one.restore();
};
export const cut = (): void => {
  for (const one of [proxy, amqpProxy]) one.cut();
};

/** A broker that falls silent is waited for once, not once for every 64 steps. */
export async function fallSilent(way: Way): Promise<void> {
  await arrange();
  const run = startTopo(['apply', file, '--yes', '--timeout', '5'], folder, over(way));
  await isUnderWay(way);
  silence();
  const since = Date.now();
  const ended = await run.ended;
  restore();
  expect(Date.now() - since).toBeLessThan(20_000);
  expect(ended).toMatchObject({ code: 6 });
  expect(ended.out).toMatch(
    /Apply: .* created, .* failed, .* skipped in .*could not be read again/,
  );
  expect(Number(/ (\d+) failed/.exec(ended.out)?.[1])).toBeLessThanOrEqual(128);

  const rest = await callTopo(['apply', file, '--yes'], folder, env);
  expect(rest).toMatchObject({ code: 0 });
  expect(await queuesOf()).toBe(count);
}

/** So long that a busy machine is not taken for a silent broker. */
export const slow = 'the broker is silent for 5 s, twice';
