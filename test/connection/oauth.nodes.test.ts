// A broker that takes OAuth 2 tokens, which expire: topo and topo-harness go on with the next one.
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { AmqpConnections } from '../../src/amqp/connections.ts';
import { parseConnection, type Connection } from '../../src/connection/connection.ts';
import { Publisher } from '../../src/harness/messaging/publisher.ts';
import type { LinkState } from '../../src/harness/messaging/link.ts';
import { openBroker } from '../../src/management/broker.ts';
import { Client } from '../../src/management/client.ts';
import { expectBrokerOf } from '../../src/management/expected-broker.ts';
import { amqpUrlOf, endpointOf, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox } from '../../src/sandbox/stop.ts';
import { atEnd } from '../at-end.ts';
import { callTopo } from '../cli/topo.ts';
import { exchange, serve } from '../management/arrange.ts';
import { readInstallation, sandboxRoot } from '../sandbox/root.ts';
import { isBefore } from '../version.ts';
import { renderToken } from './token.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** On a topic exchange, rights are for routing keys, too. */
const all = ['tag:management', 'configure:*/*', 'write:*/*/*', 'read:*/*/*'];

let node: Sandbox;
let root: string;
beforeAll(async () => {
  root = await sandboxRoot();
  const folder = join(root, 'oauth');
  await mkdir(join(folder, 'conf.d'), { recursive: true, mode: 0o700 });
  const key = join(folder, 'key.pem');
  await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }));
  const configuration = [
    'auth_backends.1 = rabbit_auth_backend_oauth2',
    'auth_backends.2 = internal',
    'auth_oauth2.resource_server_id = rabbitmq',
    'auth_oauth2.default_key = test',
    `auth_oauth2.signing_keys.test = ${key}`,
    'auth_oauth2.algorithms.1 = RS256',
  ];
  await writeFile(join(folder, 'conf.d', '50-oauth.conf'), `${configuration.join('\n')}\n`);
  const plugins = '[rabbitmq_management,rabbitmq_auth_backend_oauth2].\n';
  await writeFile(join(folder, 'enabled_plugins'), plugins, { mode: 0o600 });
  const installation = await readInstallation();
  node = await startSandbox({ root, name: 'oauth', installation });
  return () => deleteSandbox(node);
}, 90_000);

interface Issued {
  /** Seconds that it is valid. */
  readonly lasts?: number;
  readonly scopes?: readonly string[];
  /** More claims. */
  readonly more?: object;
}

const issue = ({ lasts = 600, scopes = all, more = {} }: Issued = {}): string =>
  renderToken(
    {
      ...more,
      sub: 'ci',
      aud: ['rabbitmq'],
      exp: Math.floor(Date.now() / 1_000) + lasts,
      scope: scopes.map((scope) => `rabbitmq.${scope}`),
    },
    privateKey,
  );

let files = 0;

/** A new file with this token, as an environment. */
async function envWith(token: string): Promise<{ file: string; env: Record<string, string> }> {
  const file = join(root, `token-${++files}`);
  await writeFile(file, `${token}\n`);
  const url = new URL(amqpUrlOf(node));
  return {
    file,
    env: {
      RABBITMQ_TOKEN_FILE: file,
      RABBITMQ_ENDPOINT: endpointOf(node),
      AMQP_URL: `amqp://${url.host}`,
    },
  };
}

const connectionWith = async (token: string): Promise<{ file: string; connection: Connection }> => {
  const { file, env } = await envWith(token);
  return { file, connection: parseConnection(env, { timeout: 10 }) };
};

/** Until every token that lasted for `seconds` has expired. */
const untilExpired = (seconds: number) => sleep(seconds * 1_000 + 100);

test('a topology is planned, applied, replaced and exported with a token, which nothing shows', async () => {
  const cwd = join(root, 'apply');
  await mkdir(cwd);
  const token = issue();
  const { env } = await envWith(token);
  const write = (type: string) =>
    writeFile(
      join(cwd, 'topology.yaml'),
      `exchanges: [{ name: x, type: ${type} }]\nqueues: [{ name: q, arguments: { x-queue-type: quorum } }]\nbindings: [{ source: x, destination: q, routing_key: k }]\n`,
    );
  await write('direct');
  const outputs = [await callTopo(['apply', '--yes', '--report', 'report.json'], cwd, env)];
  expect(outputs[0]).toMatchObject({ code: 0 });
  await write('topic');
  outputs.push(await callTopo(['plan', '--format', 'json', '--out', 'plan.json'], cwd, env));
  outputs.push(await callTopo(['apply', '--yes', '--format', 'json'], cwd, env));
  outputs.push(await callTopo(['export', '--output', 'exported.yaml'], cwd, env));
  expect(outputs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(outputs[1]?.out).toContain('"gap": "pipelined"');
  const written = await Promise.all(
    (await readdir(cwd)).map((file) => readFile(join(cwd, file), 'utf8')),
  );
  const shown = [...outputs.flatMap(({ out, err }) => [out, err]), ...written].join('\n');
  for (const part of token.split('.').slice(1)) expect(shown).not.toContain(part);
});

describe('what the broker refuses names what the token lacks:', () => {
  const rows: { name: string; token: () => string; told: RegExp }[] = [
    {
      name: 'its time is over',
      token: () => issue({ lasts: -5 }),
      told: /401 (?:Login failed|Not_Authorized)\n +hint: renew the token in RABBITMQ_TOKEN_FILE: it expired at 20\d\d-/,
    },
    {
      name: 'it has another signature',
      token: () => `${issue().split('.').slice(0, 2).join('.')}.${'A'.repeat(342)}`,
      told: /check RABBITMQ_TOKEN_FILE: the broker does not accept its token/,
    },
    {
      name: 'it has no tag',
      token: () => issue({ scopes: ['configure:*/*'] }),
      told: /token issued that also has the scope rabbitmq\.tag:management/,
    },
    {
      name: 'it may not configure',
      token: () => issue({ scopes: ['tag:management', 'read:*/*'] }),
      told: /token issued that also has the scope rabbitmq\.configure:%2F\/new\b/,
    },
    {
      name: 'it has no scope in the vhost',
      token: () => issue({ scopes: ['tag:management', 'read:other/*'] }),
      told: /token issued that also has the scope rabbitmq\.read:%2F\/\*\/\*/,
    },
  ];
  test.each(rows)('$name', async ({ token, told }) => {
    const cwd = join(root, `refused-${++files}`);
    await mkdir(cwd);
    await writeFile(join(cwd, 'topology.yaml'), 'exchanges: [{ name: new, type: direct }]\n');
    const { env } = await envWith(token());
    const { code, err, out } = await callTopo(['apply', '--yes'], cwd, env);
    expect(code).not.toBe(0);
    expect(`${out}${err}`).toMatch(told);
  });
});

test('a request that is refused is sent once more if the token was renewed meanwhile', async () => {
  const { file, env } = await envWith('old');
  const seen: string[] = [];
  const endpoint = await serve((request, response) => {
    const { method = '', headers } = request;
    seen.push(`${method} ${headers.authorization ?? ''}`);
    const isNew = headers.authorization === 'Bearer new';
    void writeFile(file, 'new').then(() =>
      response.writeHead(isNew ? 200 : 401).end(isNew ? '{}' : ''),
    );
  });
  const client = new Client(parseConnection({ ...env, RABBITMQ_ENDPOINT: endpoint }, {}));
  await client.read('overview', (answer) => answer);
  client.close();
  expect(seen).toEqual(['GET Bearer old', 'GET Bearer new']);
});

test('a broker that was opened with a token is read and written with the next', async () => {
  const { file, connection } = await connectionWith(issue({ lasts: 2 }));
  const opened = openBroker(connection);
  atEnd(() => opened.close());
  expect(await opened.readGap()).toBe('pipelined');
  await untilExpired(2);
  await expect(opened.readLive(new Set(['/']))).rejects.toThrow(
    /401 (?:Login failed|Not_Authorized)/,
  );
  await writeFile(file, issue());
  await opened.put(exchange('/', 'renewed'));
  const live = await opened.readLive(new Set(['/']));
  expect([...live.objects.keys()]).toContain('exchanges/%2F/renewed');
});

test('an AMQP connection outlives its token', async () => {
  const { file, connection } = await connectionWith(issue({ lasts: 3 }));
  const expected = expectBrokerOf(new Client(connection));
  const amqp = new AmqpConnections(connection.amqp, 10_000, expected);
  atEnd(() => amqp.close());
  const first = await amqp.connect('/');
  await writeFile(file, issue());
  await untilExpired(3);
  await amqp.withChannel('/', (channel) => channel.assertQueue('outlived', { durable: true }));
  expect(await amqp.connect('/')).toBe(first);
});

test('a token that is too long for AMQP is told as such', async () => {
  // Before 4.1, HTTP takes none that is longer; since then, AMQP takes shorter ones.
  const groups = 'x'.repeat(isBefore(4, 1) ? 2_450 : 6_000);
  const { connection } = await connectionWith(issue({ more: { groups } }));
  const opened = openBroker(connection);
  atEnd(() => opened.close());
  expect(await opened.readGap()).toBe('refused');
  expect(opened.doubts()).toMatchObject([
    {
      message: expect.stringContaining('hangs up, as the token is too long for AMQP') as string,
      hint: 'have a shorter one issued, or raise initial_frame_max in the configuration of RabbitMQ',
    },
  ]);
});

describe('topo-harness', () => {
  const message = (id: string) => ({
    exchange: '',
    routing_key: 'tasks',
    content: Buffer.from(id),
    properties: { messageId: id },
  });
  const publisherWith = async (token: string) => {
    const { file, connection } = await connectionWith(token);
    const states: LinkState['kind'][] = [];
    const publisher = await Publisher.open({
      target: connection.amqp,
      vhost: '/',
      name: 'test',
      timeout: 5_000,
      heartbeat: 5,
      window: 10,
      user: 'ci',
      onState: ({ kind }) => states.push(kind),
    });
    atEnd(() => publisher.close());
    return { file, publisher, states };
  };
  beforeAll(async () => {
    const { connection } = await connectionWith(issue());
    const amqp = new AmqpConnections(
      connection.amqp,
      10_000,
      expectBrokerOf(new Client(connection)),
    );
    await amqp.withChannel('/', (channel) => channel.assertQueue('tasks', { durable: true }));
    await amqp.close();
  });

  test('publishes on over the same connection once the token is renewed', async () => {
    const { file, publisher, states } = await publisherWith(issue({ lasts: 3 }));
    expect(await publisher.publish(message('1'))).toEqual({ kind: 'confirmed' });
    await writeFile(file, issue());
    await untilExpired(3);
    expect(await publisher.publish(message('2'))).toEqual({ kind: 'confirmed' });
    expect(states).toEqual(['connected']);
  });

  test('blames no message for an old token, and goes on with a new one', async () => {
    const { file, publisher, states } = await publisherWith(issue({ lasts: 1 }));
    await untilExpired(1);
    const published = [publisher.publish(message('3')), publisher.publish(message('4'))];
    await expect.poll(() => states).toEqual(['connected', 'lost', 'lost', 'lost', 'lost', 'lost']);
    await writeFile(file, issue());
    expect(await Promise.all(published)).toEqual([{ kind: 'confirmed' }, { kind: 'confirmed' }]);
  });
});
