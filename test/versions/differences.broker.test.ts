// Asks the connected broker about each row of the tables of versions: declares the thing without
// topo, and sees what topo check-upgrade foretold for this version and what topo plan says.
// npm run test:versions asks every release.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/reconcile/upgrade.ts';
import { bindingDifferences } from '../../src/topology/binding-differences.ts';
import { clientDifferences, endpoints } from '../../src/topology/client-differences.ts';
import { exchangeDifferences, queueDifferences } from '../../src/topology/differences.ts';
import { isWithin } from '../../src/topology/versions.ts';
import { api, broker, env, freshVhost, whileVhostsGo } from '../broker.ts';
import { authorizationOf } from '../broker-of.ts';
import { callTopo } from '../cli/topo.ts';
import { version } from '../version.ts';

/** A queue or an exchange that a row is about, as the management API takes it. */
interface Sample {
  readonly section?: 'exchanges' | 'queues';
  readonly body: {
    readonly durable?: boolean;
    readonly type?: string;
    readonly arguments?: Readonly<Record<string, unknown>>;
  };
  /** Whether the broker obeys it. By default: whether it compares the argument's value. */
  readonly isObeyed?: (name: string) => Promise<boolean>;
}

const queueOf = (type: string, args: object = {}): Sample['body'] => ({
  durable: true,
  arguments: { 'x-queue-type': type, ...args },
});

const samples: Readonly<Record<string, Sample>> = {
  'classic-version-1': {
    body: queueOf('classic', { 'x-queue-version': 1 }),
    isObeyed: async (name) => (await readQueue(name)).storage_version !== 2,
  },
  'lazy-mode': {
    body: queueOf('classic', { 'x-queue-mode': 'lazy' }),
    isObeyed: async (name) => (await readQueue(name)).backing_queue_status?.mode === 'lazy',
  },
  'queue-master-locator': { body: queueOf('classic', { 'x-queue-master-locator': 'random' }) },
  'leader-locator-of-classic-queues': {
    body: queueOf('classic', { 'x-queue-leader-locator': 'balanced' }),
  },
  'consumer-timeout-of-classic-queues': {
    body: queueOf('classic', { 'x-consumer-timeout': 60_000 }),
  },
  'consumer-timeout-of-streams': {
    body: queueOf('stream', { 'x-consumer-timeout': 60_000 }),
  },
  'consumer-timeout-of-quorum-queues': {
    body: queueOf('quorum', { 'x-consumer-timeout': 60_000 }),
  },
  'max-in-memory-length': {
    body: queueOf('quorum', { 'x-max-in-memory-length': 5 }),
    isObeyed: keepsInMemory,
  },
  'max-in-memory-bytes': {
    body: queueOf('quorum', { 'x-max-in-memory-bytes': 500 }),
    isObeyed: keepsInMemory,
  },
  'consumer-disconnected-timeout': {
    body: queueOf('quorum', { 'x-consumer-disconnected-timeout': 60_000 }),
  },
  'delayed-retry-type': {
    body: queueOf('quorum', { 'x-delayed-retry-type': 'all', 'x-delayed-retry-min': 10 }),
  },
  'delayed-retry-min': { body: queueOf('quorum', { 'x-delayed-retry-min': 10 }) },
  'delayed-retry-max': { body: queueOf('quorum', { 'x-delayed-retry-max': 10 }) },
  'stream-filter-size': { body: queueOf('stream', { 'x-stream-filter-size-bytes': 32 }) },
  'default-delivery-limit': { body: queueOf('quorum') },
  'negative-delivery-limit': { body: queueOf('quorum', { 'x-delivery-limit': -1 }) },
  'transient-queue': { body: { ...queueOf('classic'), durable: false } },
  'local-random-exchange': {
    section: 'exchanges',
    body: { durable: true, type: 'x-local-random', arguments: {} },
  },
};

let vhost = '';
let folder = '';
beforeAll(async () => {
  vhost = await freshVhost();
  folder = await mkdtemp(join(tmpdir(), 'topo-differences-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface QueueDetails {
  readonly messages?: number;
  readonly messages_ram?: number;
  readonly storage_version?: number;
  readonly backing_queue_status?: { readonly mode?: string };
}

/** Statistics come some seconds after the queue. */
async function readQueue(name: string): Promise<QueueDetails> {
  for (;;) {
    const details = (await api('GET', `queues/${vhost}/${name}`)) as QueueDetails;
    if (details.storage_version ?? details.backing_queue_status) return details;
    await sleep(200);
  }
}

/** Of three messages, for which the limit has room. */
async function keepsInMemory(name: string): Promise<boolean> {
  const properties = { delivery_mode: 2 };
  const message = { properties, routing_key: name, payload: 'x', payload_encoding: 'string' };
  const publish = () => api('POST', `exchanges/${vhost}/amq.default/publish`, message);
  for (let n = 0; n < 3; n++) await publish();
  for (;;) {
    const details = (await api('GET', `queues/${vhost}/${name}`)) as QueueDetails;
    if (details.messages === 3) return (details.messages_ram ?? 0) > 0;
    await sleep(200);
  }
}

/** The status of a raw PUT. */
async function put({ section = 'queues', body }: Sample, name: string): Promise<number> {
  const { status } = await fetch(`${broker.endpoint}/api/${section}/${vhost}/${name}`, {
    method: 'PUT',
    headers: { authorization: authorizationOf(broker), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return status;
}

async function writeFileOf({ section = 'queues', body }: Sample, name: string): Promise<void> {
  const { 'x-queue-type': type, ...args } = body.arguments ?? {};
  const entry = { name, ...(type !== undefined && { type }), ...body, arguments: args };
  const text = JSON.stringify({ vhost, [section]: [entry] });
  await writeFile(join(folder, 'topology.yaml'), text);
}

/** What topo check-upgrade foretells for the version that runs here. */
async function foretold(code: string): Promise<Finding | undefined> {
  const { code: exit, out } = await callTopo(
    ['check-upgrade', '--to', version, '--format', 'json', '--detailed-exitcode'],
    folder,
    env,
  );
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  expect(exit).toBe(findings.length > 0 ? 2 : 0);
  return findings.find((finding) => finding.code === code);
}

describe.each([...queueDifferences, ...exchangeDifferences])('$code', ({ code, effects }) => {
  const sample = samples[code];
  const name = code;
  const here = effects.find((effect) => isWithin(version, effect))?.effect;

  test('is foretold, and then found so', async () => {
    if (sample === undefined) throw new Error(`write a sample for ${code}`);
    await writeFileOf(sample, name);
    expect((await foretold(code))?.effect).toBe(here);
    const plan = await callTopo(['plan'], folder, env);
    expect(plan.code).toBe(here === 'refused' ? 3 : 0);
    const warned = `RabbitMQ ${version} ignores`;
    expect(plan.out.includes(warned)).toBe(here === 'ignored');
    expect(await put(sample, name)).toBe(here === 'refused' ? 400 : 201);
  });

  test.runIf(here === 'ignored')('is not obeyed', async () => {
    if (sample !== undefined) expect(await isObeyed(sample, name)).toBe(false);
  });
});

/** A value that the broker reads differs from another: declaring that is refused. */
async function isObeyed({ isObeyed: ask, body }: Sample, name: string): Promise<boolean> {
  if (ask !== undefined) return ask(name);
  const [argument = '', value] = Object.entries(body.arguments ?? {}).at(-1) ?? [];
  const other = { ...body.arguments, [argument]: Number(value) + 1 };
  return (await put({ body: { ...body, arguments: other } }, name)) === 400;
}

/** How often a message comes that is always requeued, up to 30 times. */
async function countDeliveries(args: object, how: 'reject' | 'nack' = 'reject'): Promise<number> {
  const own = await freshVhost();
  const connection = await connect(`${broker.amqpUrl}/${own}`);
  try {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('q', { arguments: { 'x-queue-type': 'quorum', ...args } });
    channel.sendToQueue('q', Buffer.from('task'));
    await channel.waitForConfirms();
    await channel.prefetch(1);
    let deliveries = 0;
    let quiet = Date.now();
    await channel.consume('q', (message) => {
      quiet = Date.now();
      if (message === null || ++deliveries >= 30) return;
      if (how === 'reject') channel.reject(message, true);
      else channel.nack(message, false, true);
    });
    while (deliveries < 30 && Date.now() - quiet < 1_000) await sleep(50);
    return deliveries;
  } finally {
    await connection.close();
  }
}

const isSo = (code: string): boolean => {
  const row =
    clientDifferences.find((one) => one.code === code) ??
    queueDifferences.find((one) => one.code === code)?.effects[0];
  return row !== undefined && isWithin(version, row);
};

test('a message that is always rejected is dropped by the default limit', async () => {
  expect(await countDeliveries({})).toBe(isSo('default-delivery-limit') ? 21 : 30);
});

test('a message in a queue with a limit of -1 is dropped at once, or never', async () => {
  const deliveries = isSo('negative-delivery-limit') ? 1 : 30;
  expect(await countDeliveries({ 'x-delivery-limit': -1 })).toBe(deliveries);
});

test('basic.nack counts towards the limit, or does not', async () => {
  const deliveries = isSo('nack-does-not-count') ? 30 : 4;
  expect(await countDeliveries({ 'x-delivery-limit': 3 }, 'nack')).toBe(deliveries);
});

test('a message of 17 MiB is taken, or refused', async () => {
  const connection = await connect(broker.amqpUrl);
  connection.on('error', () => undefined);
  try {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined);
    const { queue } = await channel.assertQueue('', { exclusive: true });
    channel.sendToQueue(queue, Buffer.alloc(17 * 2 ** 20));
    const isTaken = await channel.waitForConfirms().then(
      () => true,
      () => false,
    );
    expect(isTaken).toBe(!isSo('message-size'));
  } finally {
    await connection.close();
  }
});

test('a prefetch for the whole channel holds for two consumers together, or for each', async () => {
  const connection = await connect(broker.amqpUrl);
  try {
    const channel = await connection.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    for (const body of ['1', '2', '3', '4']) channel.sendToQueue(queue, Buffer.from(body));
    await channel.prefetch(1, true);
    let deliveries = 0;
    const take = () => {
      deliveries++;
    };
    for (let n = 0; n < 2; n++) await channel.consume(queue, take);
    await sleep(500);
    expect(deliveries).toBe(isSo('global-qos') ? 2 : 1);
  } finally {
    await connection.close();
  }
});

test('the type of a queue that was declared without is injected, or not', async () => {
  await put({ body: { durable: true } }, 'untyped');
  const { arguments: args } = (await api('GET', `queues/${vhost}/untyped`)) as {
    arguments: object;
  };
  expect('x-queue-type' in args).toBe(isSo('injected-queue-type'));
});

test.each(Object.entries(endpoints))('GET /api/%s is there, or not', async (path, span) => {
  const { status } = await fetch(`${broker.endpoint}/api/${path}`, {
    headers: { authorization: authorizationOf(broker) },
  });
  expect(status).toBe(isWithin(version, span) ? 200 : 404);
});

interface BoundSample {
  readonly code: string;
  /** Of the source; amq.topic is predefined. */
  readonly type: 'x-consistent-hash' | 'topic' | 'amq.topic';
  readonly key: string;
  readonly isFine?: true;
}

const bound: readonly BoundSample[] = [
  { code: 'heavy-weight', type: 'x-consistent-hash', key: '10000', isFine: true },
  { code: 'heavy-weight', type: 'x-consistent-hash', key: '10001' },
  { code: 'heavy-weight', type: 'topic', key: '10001', isFine: true },
  { code: 'topic-wildcards', type: 'topic', key: '#.a.#', isFine: true },
  { code: 'topic-wildcards', type: 'topic', key: '#.a.#.b##.#' },
  { code: 'topic-wildcards', type: 'amq.topic', key: '#.#.#' },
  { code: 'topic-wildcards', type: 'x-consistent-hash', key: '7', isFine: true },
];

describe('bindings', () => {
  test('each row has a sample', () => {
    const codes = new Set(bound.map(({ code }) => code));
    expect([...codes]).toEqual(bindingDifferences.map(({ code }) => code));
  });

  test.each(bound)('$code: $key of $type', async ({ code, type, key, isFine }) => {
    const source = type === 'amq.topic' ? type : `${code}-${key}-${type}`;
    const exchanges = type === 'amq.topic' ? [] : [{ name: source, type, durable: true }];
    const binding = { source, destination: 'bound', routing_key: key };
    const text = { vhost, exchanges, queues: [{ name: 'bound' }], bindings: [binding] };
    await writeFile(join(folder, 'topology.yaml'), JSON.stringify(text));
    const row = bindingDifferences.find((one) => one.code === code);
    const isRefused = row?.effects.some((effect) => isWithin(version, effect)) && isFine !== true;
    expect((await foretold(code))?.effect).toBe(isRefused ? 'refused' : undefined);
    expect(await callTopo(['plan'], folder, env)).toMatchObject({ code: isRefused ? 3 : 0 });
    await api('PUT', `queues/${vhost}/bound`, { durable: true });
    if (type !== 'amq.topic')
      await api('PUT', `exchanges/${vhost}/${encodeURIComponent(source)}`, { type, durable: true });
    const path = `bindings/${vhost}/e/${encodeURIComponent(source)}/q/bound`;
    const { status } = await fetch(`${broker.endpoint}/api/${path}`, {
      method: 'POST',
      headers: { authorization: authorizationOf(broker), 'content-type': 'application/json' },
      body: JSON.stringify({ routing_key: key }),
    });
    expect(status).toBe(isRefused ? 400 : 201);
  });
});

interface Setting {
  readonly code: string;
  readonly section: 'policies' | 'permissions' | 'topic_permissions' | 'parameters';
  readonly entry: Readonly<Record<string, unknown>>;
  /** Below /api/, and what the broker takes there. */
  readonly path: (vhost: string) => string;
  readonly body: object;
}

const user = 'differences-user';
const parameterOf = (component: string, code: string, value: object): Setting => {
  const body = { value };
  return {
    code,
    section: 'parameters',
    entry: { component, name: code, ...body },
    path: (vhost) => `parameters/${component}/${vhost}/${code}`,
    body,
  };
};
const upstream = (more: object): Setting =>
  parameterOf('federation-upstream', 'parameter-key-version', { uri: nowhere, ...more });
const shovel = (code: string, more: object): Setting =>
  parameterOf('shovel', code, { 'src-uri': nowhere, 'dest-uri': nowhere, ...more });
const nowhere = 'amqp://127.0.0.1:1';
const amqp10 = { 'src-protocol': 'amqp10', 'src-address': '/queues/a' };
const policyOf = (code: string, fields: object): Setting => {
  const body = { pattern: '^x', 'apply-to': 'all', definition: { 'max-length': 5 }, ...fields };
  return {
    code,
    section: 'policies',
    entry: { name: code, ...body },
    path: (vhost) => `policies/${vhost}/${code}`,
    body,
  };
};
const permission = { configure: '^\\jobs', write: '', read: '' };
const topicPermission = { exchange: 'amq.topic', write: '\\y', read: '' };

const settings: readonly Setting[] = [
  policyOf('pcre2-escape', { pattern: '^[\\j]' }),
  policyOf('policy-key-version', { definition: { 'ha-mode': 'all' } }),
  policyOf('policy-key-version', { definition: { 'delayed-retry-min': 5 } }),
  policyOf('apply-to-version', { 'apply-to': 'quorum_queues' }),
  policyOf('policy-value-version', { definition: { 'delivery-limit': -1 } }),
  policyOf('deprecated-policy-key', { definition: { 'queue-master-locator': 'random' } }),
  policyOf('ignored-policy-key', { definition: { 'queue-mode': 'lazy' } }),
  policyOf('ignored-policy-key', { definition: { 'queue-version': 1 } }),
  {
    code: 'pcre2-escape',
    section: 'permissions',
    entry: { user, ...permission },
    path: (vhost) => `permissions/${vhost}/${user}`,
    body: permission,
  },
  {
    code: 'pcre2-escape',
    section: 'topic_permissions',
    entry: { user, ...topicPermission },
    path: (vhost) => `topic-permissions/${vhost}/${user}`,
    body: topicPermission,
  },
  upstream({ 'ha-policy': 'all' }),
  upstream({ 'queue-type': 'quorum' }),
  shovel('parameter-key-version', { 'src-queue': 'a', 'src-predeclared': true }),
  shovel('parameter-key-version', { ...amqp10, 'src-consumer-name': 'a' }),
  shovel('parameter-value-version', { 'src-protocol': 'local', 'src-queue': 'a' }),
  shovel('parameter-value-version', { ...amqp10, 'src-delete-after': 'queue-length' }),
  shovel('parameter-value-version', {
    'src-queue': 'a',
    'src-queue-args': { 'x-delivery-limit': 5 },
  }),
  shovel('parameter-keys', { ...amqp10, 'ack-mode': 'no-ack', 'src-delete-after': 5 }),
  shovel('ignored-parameter-key', {
    'src-queue': 'a',
    'dest-protocol': 'amqp10',
    'dest-address': '/queues/a',
    'dest-properties': { subject: 'a' },
  }),
];

describe('settings', () => {
  beforeAll(() => api('PUT', `users/${user}`, { password: 'x', tags: '' }));
  afterAll(() => api('DELETE', `users/${user}`));

  test.each(settings)('$section: $code', async ({ code, section, entry, path, body }) => {
    await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ vhost, [section]: [entry] }));
    const found = await foretold(code);
    const { status } = await whileVhostsGo(() =>
      fetch(`${broker.endpoint}/api/${path(vhost)}`, {
        method: 'PUT',
        headers: { authorization: authorizationOf(broker), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );
    expect(status >= 400).toBe(found?.effect === 'refused');
  });
});
