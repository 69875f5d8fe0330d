// Every command of docs/migrating-to-quorum.md, in its order: under publishers and workers that
// never pause, from one broker to another.
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { expect, test } from 'vitest';
import { findRabbitmq } from '../../src/sandbox/find.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox } from '../../src/sandbox/stop.ts';
import { isWithin } from '../../src/topology/versions.ts';
import { atEnd } from '../at-end.ts';
import { api, env, freshVhost, takeNode } from '../broker.ts';
import { brokerOf, type Broker } from '../broker-of.ts';
import { callTopo } from '../cli/topo.ts';
import {
  accountFor,
  startPublisher,
  startWorker,
  type Publisher,
} from '../management/live-traffic.ts';
import { sandboxRoot } from '../sandbox/root.ts';
import { version } from '../version.ts';
import { findServer, releases } from '../versions/releases.ts';
import { root } from './clone.ts';

const page = readFileSync(join(root, 'docs/migrating-to-quorum.md'), 'utf8');
const [, ...steps] = page.split(/^## (?=\d)/m).map((section) =>
  [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
    language,
    lines: text.trimEnd().split('\n'),
  })),
);

/** The addresses of the page, and what they are here. */
const places = (green: Broker): Readonly<Record<string, Record<string, string>>> => ({
  'RABBITMQ_ENDPOINT=http://localhost:15672': env,
  'RABBITMQ_ENDPOINT=http://rabbitmq-4:15672': {
    RABBITMQ_ENDPOINT: green.endpoint,
    RABBITMQ_USERNAME: green.username,
    RABBITMQ_PASSWORD: green.password,
    AMQP_URL: green.amqpUrl,
  },
});

const queues = ['orders', 'invoices'] as const;

async function makeShop(vhost: string): Promise<void> {
  await api('PUT', `exchanges/${vhost}/shop`, { type: 'direct', durable: true });
  for (const queue of queues) {
    await api('PUT', `queues/${vhost}/${queue}`, { durable: true });
    await api('POST', `bindings/${vhost}/e/shop/q/${queue}`, { routing_key: queue });
  }
  const definition = { 'ha-mode': 'all' };
  await api('PUT', `policies/${vhost}/ha-all`, { pattern: '.*', 'apply-to': 'queues', definition });
}

/** What the page says to do by hand. */
async function letMirrorsGo(file: string, manage: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const without = text.replace(/^policies:\n(?:(?: .*)?\n)*/m, '');
  expect(without).not.toBe(text);
  await writeFile(
    file,
    without.replace(/^vhost: .*\n/m, (line) => `${line}${manage}\n`),
  );
}

const isOld = isWithin(version, { until: '4.0' });
const slow = 'a queue in use is watched for seconds before it is replaced';

test.runIf(isOld)(
  'a broker with mirrored queues goes to quorum queues and to another broker; nothing is lost',
  { meta: { slow }, timeout: 300_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'topo-migrating-'));
    atEnd(() => rm(folder, { recursive: true }));
    const vhost = await freshVhost();
    const green = await startGreen();
    await makeVhost(vhost, green);
    await makeShop(vhost);
    let at: Record<string, string> = {};
    const runLine = async (line: string): Promise<string> => {
      const [program, ...args] = line.replace('--vhost shop', `--vhost ${vhost}`).split(' ');
      if (program === 'export') {
        at = places(green)[args.join(' ')] ?? {};
        expect(at).not.toEqual({});
        return '';
      }
      const { code, out, err } = await callTopo(args, folder, at);
      expect({ line, code, said: `${out}${err}` }).toMatchObject({ code: 0 });
      return out;
    };
    const run = async (step: number, nth?: number): Promise<string> => {
      const blocks = (steps[step - 1] ?? []).filter(({ language }) => language === 'sh');
      const out: string[] = [];
      for (const { lines } of nth === undefined ? blocks : [blocks[nth] ?? { lines: [] }])
        for (const line of lines) out.push(await runLine(line));
      return out.join('\n');
    };

    const publishers: Publisher[] = [];
    for (const key of queues)
      publishers.push(await startPublisher(vhost, { exchange: 'shop', key, rate: 100 }));
    const workers = { orders: await startWorker(vhost, 'orders') };

    expect(await run(1)).toContain('Plan: nothing to do');
    expect(await run(2)).toContain('RabbitMQ 4.3.6 refuses ha-mode');
    expect(await run(3)).toContain('Migrate: 2 queues become quorum queues');
    expect(await run(4)).toContain('are carried over');
    await letMirrorsGo(
      join(folder, 'topology.yaml'),
      (steps[4] ?? []).find(({ language }) => language === 'yaml')?.lines.join('\n') ?? '',
    );
    expect(await run(5)).not.toMatch(/^refused/m);
    const types = (await api('GET', `queues/${vhost}?disable_stats=true`)) as { type: string }[];
    expect(types.map(({ type }) => type)).toEqual(['quorum', 'quorum']);

    await run(6, 0);
    const confirmed = await Promise.all(publishers.map((publisher) => publisher.stop()));
    const invoices = await startWorker(vhost, 'invoices');
    const all = [workers.orders, invoices];
    const lost = () =>
      all.map(({ worked }, n) => accountFor(confirmed[n] ?? new Set(), worked).lost);
    await expect.poll(lost, { timeout: 60_000 }).toEqual([0, 0]);
    for (const each of confirmed) expect(each.size).toBeGreaterThan(100);
    for (const worker of all) await worker.stop();
    await worksOn(green, vhost);
    await expect.poll(() => run(6, 1).then(() => 'down', String), { timeout: 60_000 }).toBe('down');
  },
);

/** The newest RabbitMQ that npm run test:versions has set up, or another node of this one. */
async function startGreen(): Promise<Broker> {
  const servers = await Promise.all(releases.map(findServer));
  const { script } = servers.findLast((server) => server !== undefined) ?? {};
  const installation = await findRabbitmq({ ...process.env, TOPO_RABBITMQ_SERVER: script });
  if (script === undefined || installation === undefined) return brokerOf(await takeNode());
  const root = await sandboxRoot();
  const node = await startSandbox({ root, name: 'green', installation });
  atEnd(() => deleteSandbox(node));
  return brokerOf(node);
}

async function makeVhost(vhost: string, at: Broker): Promise<void> {
  const all = { configure: '.*', write: '.*', read: '.*' };
  await api('PUT', `vhosts/${vhost}`, undefined, at);
  atEnd(() => api('DELETE', `vhosts/${vhost}`, undefined, at));
  await api('PUT', `permissions/${vhost}/${at.username}`, all, at);
}

async function worksOn(at: Broker, vhost: string): Promise<void> {
  const connection = await connect(`${at.amqpUrl}/${vhost}`);
  const channel = await connection.createConfirmChannel();
  for (const queue of queues)
    channel.publish('shop', queue, Buffer.from(queue), { mandatory: true });
  await channel.waitForConfirms();
  for (const queue of queues) {
    const message = await channel.get(queue, { noAck: true });
    expect(message && message.content.toString()).toBe(queue);
  }
  await connection.close();
}
