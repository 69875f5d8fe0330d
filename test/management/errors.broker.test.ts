import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { BrokerError } from '../../src/management/broker-error.ts';
import { Client } from '../../src/management/client.ts';
import { grant } from '../../src/topology/grant.ts';
import { api, broker, freshVhost } from '../broker.ts';
import {
  arrange,
  binding,
  connectionTo,
  exchange,
  forward,
  openTestBroker,
  proxyTo,
  queue,
  serve,
  userWith,
} from './arrange.ts';

/** The error as users see it, with ENDPOINT in place of the endpoint. */
async function errorOf(work: Promise<unknown>, endpoint: string): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BrokerError);
  const { message, hint = '' } = error as BrokerError;
  return `${message} | ${hint}`.replaceAll(endpoint, 'ENDPOINT');
}

async function read(endpoint: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: endpoint, ...env }, 2));
  try {
    return await errorOf(
      client.read('overview', (answer) => answer),
      endpoint,
    );
  } finally {
    client.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const where =
  'check RABBITMQ_ENDPOINT or --endpoint, and that RabbitMQ runs there with its management plugin';
const path =
  'check the path of RABBITMQ_ENDPOINT or --endpoint, without /api, and that the management plugin is enabled';
const scheme =
  'the management API is usually http on port 15672 or https on 15671; 5672 and 5671 are AMQP';

test('nothing listens', async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  expect(await read(endpoint)).toBe(`GET ENDPOINT/api/overview: connection refused | ${where}`);
});

test('a host without an address', async () => {
  const text = `GET ENDPOINT/api/overview: the host has no address | ${where}`;
  expect(await read('http://nowhere.invalid:15672')).toBe(text);
});

test('a host without a route', async () => {
  // TCP can't connect to a multicast group.
  const text = `GET ENDPOINT/api/overview: the host is out of reach | ${where}`;
  expect(await read('http://224.0.0.1:15672')).toBe(text);
});

test('a broker that says nothing', async () => {
  const proxy = await proxyTo();
  proxy.blackHole();
  const text =
    'GET ENDPOINT/api/overview: no answer in time | check the broker, or wait longer with --timeout';
  expect(await read(`http://127.0.0.1:${proxy.port}`)).toBe(text);
});

test('a connection that is cut each time', async () => {
  const proxy = await proxyTo();
  proxy.cutAnswers(1_000, 0);
  const text = 'GET ENDPOINT/api/overview: the connection was cut | run it again';
  expect(await read(`http://127.0.0.1:${proxy.port}`)).toBe(text);
});

test('the AMQP port in place of the HTTP port', async () => {
  const { port } = new URL(broker.amqpUrl);
  const text = `GET ENDPOINT/api/overview: it does not speak HTTP | ${scheme}`;
  expect(await read(`http://127.0.0.1:${port}`)).toBe(text);
});

test('https to a port without TLS', async () => {
  const { port } = new URL(broker.endpoint);
  const text = `GET ENDPOINT/api/overview: it does not speak TLS | ${scheme}`;
  expect(await read(`https://127.0.0.1:${port}`)).toBe(text);
});

test('a wrong password', async () => {
  const text = await read(broker.endpoint, { RABBITMQ_PASSWORD: 'sesame' });
  expect(text).toMatch(/^GET ENDPOINT\/api\/overview: 401 (Login failed|Not_Authorized) \| /);
  expect(text).toContain(
    'check RABBITMQ_USERNAME and RABBITMQ_PASSWORD: the broker does not know this user with this password',
  );
});

test('a wrong password in the endpoint', async () => {
  const endpoint = broker.endpoint.replace('//', '//guest:sesame@');
  const text = await read(endpoint, { RABBITMQ_PASSWORD: undefined });
  expect(text).toContain(
    'check the user and the password in RABBITMQ_ENDPOINT: the broker does not know',
  );
  expect(text).not.toContain('sesame');
});

test('a user without the tag management', async () => {
  const env = await userWith('errors-tagless', '');
  expect(await read(broker.endpoint, env)).toBe(
    'GET ENDPOINT/api/overview: 401 Not management user | give the user the tag management: rabbitmqctl set_user_tags errors-tagless management, with the tags that rabbitmqctl list_users shows, as it replaces them',
  );
});

test('a user who may not configure', async () => {
  const vhost = await freshVhost();
  const rights = { [vhost]: { configure: '', write: '', read: '' } };
  const opened = openTestBroker(await userWith('errors-reader', 'management', rights));
  expect(await errorOf(opened.put(exchange(vhost, 'x')), broker.endpoint)).toBe(
    `PUT ENDPOINT/api/exchanges/${vhost}/x: 401 Access refused. | ${grant('errors-reader', vhost, { configure: ['x'] })}`,
  );
});

test('a user who may not bind', async () => {
  const vhost = await freshVhost();
  await arrange(exchange(vhost, 'x'), queue(vhost, 'q'));
  const rights = { [vhost]: { configure: '.*', write: '', read: '' } };
  const opened = openTestBroker(await userWith('errors-binder', 'management', rights));
  expect(await errorOf(opened.put(binding(vhost, 'x', 'q')), broker.endpoint)).toBe(
    `POST ENDPOINT/api/bindings/${vhost}/e/x/q/q: 401 Access refused. | ${grant('errors-binder', vhost, { write: ['q'], read: ['x'] })}`,
  );
});

const tag =
  'the user needs the tag management (rabbitmqctl set_user_tags ci management, with the tags that rabbitmqctl list_users shows, as it replaces them)';
/** The hint for each kind of request that the broker answers with 401. */
const refused: { asked: string; ask: (client: Client) => Promise<unknown>; hint: string }[] = [
  {
    asked: 'GET ENDPOINT/api/overview',
    ask: (client) => client.read('overview', (answer) => answer),
    hint: `${tag}, and a permission in the vhost`,
  },
  {
    asked: 'GET ENDPOINT/api/bindings/v',
    ask: (client) => client.readList('bindings/v', (answer) => answer),
    hint: `${tag}, and a permission in the vhost; if rabbitmqctl list_user_permissions ci shows none: rabbitmqctl set_permissions -p v ci '' '' ''`,
  },
  {
    asked: 'DELETE ENDPOINT/api/queues/v/q',
    ask: (client) => client.delete('queues/v/q'),
    hint: grant('ci', 'v', { configure: ['q'] }),
  },
  {
    asked: 'PUT ENDPOINT/api/queues/a%2Fb/q',
    ask: (client) => {
      const args = { 'x-dead-letter-exchange': '' };
      return client.write('PUT', 'queues/a%2Fb/q', { arguments: args });
    },
    hint: grant('ci', 'a/b', { configure: ['q'], write: [''], read: ['q'] }),
  },
  {
    asked: 'DELETE ENDPOINT/api/bindings/v/e/x/q/q/~',
    ask: (client) => client.delete('bindings/v/e/x/q/q/~'),
    hint: grant('ci', 'v', { write: ['q'], read: ['x'] }),
  },
];
test.each(refused)('a missing right for $asked', async ({ asked, ask, hint }) => {
  const body = '{"error":"not_authorised","reason":"Access refused."}';
  const endpoint = await serve((_, response) => response.writeHead(401).end(body));
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: endpoint, RABBITMQ_USERNAME: 'ci' }));
  expect(await errorOf(ask(client), endpoint)).toBe(`${asked}: 401 Access refused. | ${hint}`);
  client.close();
});

test('a user who may not see the vhost reads of the right to read', async () => {
  const vhost = await freshVhost();
  const client = new Client(connectionTo(await userWith('errors-outsider', 'management')));
  const text = await errorOf(
    client.readList(`queues/${vhost}`, (answer) => answer),
    broker.endpoint,
  );
  // From 4.3 on the broker says that there is no such vhost.
  expect(text).toMatch(/set_permissions|404/);
  expect(text).not.toContain('configure on it');
  client.close();
});

test.each(['a*(b)', "it's \\ ä", 'a\u202eb\u0007', '$(id) | "x"'])(
  'the patterns of the printed command cover %j, and no other name',
  async (name) => {
    const vhost = await freshVhost();
    const none = { configure: '', write: '', read: '' };
    const user = `user-of-${vhost}`;
    const opened = openTestBroker(await userWith(user, 'management', { [vhost]: none }));
    const refusal = await opened.put(queue(vhost, name)).catch((error: unknown) => error);
    const { hint = '' } = refusal as BrokerError;
    const command = hint.slice(hint.lastIndexOf('rabbitmqctl set_permissions'));
    const words = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
    const [configure, write, read] = words.split('\0').slice(-4);
    await api('PUT', `permissions/${vhost}/${user}`, { configure, write, read });
    await opened.put(queue(vhost, name));
    await expect(opened.put(queue(vhost, `${name}x`))).rejects.toThrow('401');
    await expect(opened.put(queue(vhost, 'a-(b)'))).rejects.toThrow('401');
  },
);

test('a user who may not delete', async () => {
  const vhost = await freshVhost();
  await arrange(exchange(vhost, 'x'));
  const rights = { [vhost]: { configure: '', write: '.*', read: '.*' } };
  const opened = openTestBroker(await userWith('errors-keeper', 'management', rights));
  const deleting = opened.delete(exchange(vhost, 'x'), 'lose-nothing');
  expect(await errorOf(deleting, broker.endpoint)).toBe(
    `DELETE ENDPOINT/api/exchanges/${vhost}/x: 401 Access refused. | ${grant('errors-keeper', vhost, { configure: ['x'] })}`,
  );
});

test('an object that exists and differs', async () => {
  const vhost = await freshVhost();
  const opened = openTestBroker();
  await opened.put(exchange(vhost, 'x'));
  const again = opened.put(exchange(vhost, 'x', { type: 'fanout' }));
  await expect(again).rejects.toMatchObject({
    message: `exchanges/${vhost}/x stays: it has changed since planning: inequivalent arg 'type' for exchange 'x' in vhost '${vhost}': received 'fanout' but current is 'direct'`,
    hint: 'plan again: another run may have done it',
  });
});

const servers: { name: string; answer: RequestListener; expected: string }[] = [
  {
    name: 'a web page',
    answer: (_, response) => response.end('<!doctype html><p>Welcome'),
    expected: `a web page, not the management API | ${path}`,
  },
  {
    name: 'a redirect',
    answer: (_, response) =>
      response.writeHead(302, { location: 'https://user:pw@other.example/api/overview' }).end(),
    expected:
      '302 redirects to https://other.example, which topo does not follow | if that is the broker, set RABBITMQ_ENDPOINT to https://other.example',
  },
  {
    name: 'JSON that breaks off',
    answer: (_, response) => response.end('{"rabbitmq_version":"4.3.6","clus'),
    expected:
      'the answer is not complete JSON | a name that is not UTF-8 cuts it short: look for one with rabbitmqctl',
  },
  {
    name: 'a path without a management API',
    answer: (_, response) => response.writeHead(404).end('nothing here'),
    expected: `404 Not Found | ${path}`,
  },
  {
    // In the broker's words: it listens on loopback here, where guest may log in.
    name: 'guest from another machine',
    answer: (_, response) =>
      response
        .writeHead(401)
        .end('{"error":"not_authorized","reason":"User can only log in via localhost"}'),
    expected:
      "401 User can only log in via localhost | guest may only log in on the broker's own machine: use another user",
  },
  {
    name: 'an answer that never ends',
    answer: (_, response) => {
      const piece = Buffer.alloc(1024 * 1024, ' ');
      const more = (): void => {
        if (!response.destroyed) response.write(piece, more);
      };
      more();
    },
    expected: `the answer is too long | ${where}`,
  },
  {
    name: 'a gateway whose broker is down',
    answer: (_, response) => response.writeHead(502).end('<html>'),
    expected: '502 Bad Gateway | ',
  },
];

test.each(servers)('$name', async ({ answer, expected }) => {
  expect(await read(await serve(answer))).toBe(`GET ENDPOINT/api/overview: ${expected}`);
});

const lists: { name: string; list: string; body: string; expected: string }[] = [
  {
    name: 'a page in place of a list',
    list: 'bindings',
    body: '{"items":[]}',
    expected: 'no list',
  },
  { name: 'an entry that is no object', list: 'bindings', body: '[7]', expected: 'no object' },
  {
    name: 'an entry without its name',
    list: 'exchanges?disable_stats=true',
    body: '[{"vhost":"/","type":"fanout"}]',
    expected: 'no usable field name',
  },
  {
    name: 'a queue without a field',
    list: 'queues?disable_stats=true&enable_queue_totals=true',
    body: '[{"vhost":"/","name":"q","auto_delete":false,"arguments":{}}]',
    expected: 'no usable field durable',
  },
];

test.each(lists)('$name', async ({ list, body, expected }) => {
  const endpoint = await serve((request, response) => {
    if (request.url === `/api/${list}`) response.end(body);
    else void forward(request, response);
  });
  const reading = openTestBroker({ RABBITMQ_ENDPOINT: endpoint }).readLive();
  expect(await errorOf(reading, endpoint)).toBe(
    `GET ENDPOINT/api/${list}: not an answer of the management API: ${expected} | ${path}`,
  );
});
