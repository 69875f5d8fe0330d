// Limits what an answer may cost: time, however slowly it comes; memory, however small it arrives.
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { Client } from '../../src/management/client.ts';
import type { BrokerError } from '../../src/management/broker-error.ts';
import { api, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { connectionTo, exchange, forward, openTestBroker, serve } from './arrange.ts';

const any = (answer: unknown): unknown => answer;
const mebibyte = 1024 * 1024;

interface Failed {
  readonly message: string;
  readonly hint: string | undefined;
  readonly seconds: number;
}

async function failureOf(
  endpoint: string,
  ask: (client: Client) => Promise<unknown>,
  timeout = 1,
): Promise<Failed> {
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: endpoint }, timeout));
  const since = performance.now();
  const error = (await ask(client).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )) as BrokerError | undefined;
  client.close();
  const message = (error?.message ?? 'no error').replaceAll(endpoint, 'ENDPOINT');
  return { message, hint: error?.hint, seconds: (performance.now() - since) / 1_000 };
}

/**
 * Writes something ten times a second, forever, and counts: a busy machine doesn't raise the count.
 */
function trickle(to: Writable, piece = ' '): { pieces: number } {
  const sent = { pieces: 0 };
  const timer = setInterval(() => {
    sent.pieces++;
    to.write(piece);
  }, 100);
  to.on('error', () => undefined).on('close', () => clearInterval(timer));
  return sent;
}
/** Seconds: long enough for an answer to begin on a busy machine. */
const timeout = 3;
/** One timeout, and half of one for the end to come through. */
const most = 1.5 * timeout * 10;

const tooSlow = 'the answer was not complete in time';

const asked = [
  { what: 'an answer', method: 'GET', ask: (client: Client) => client.read('x', any) },
  { what: 'a list', method: 'GET', ask: (client: Client) => client.readList('x', any) },
  {
    what: 'the answer to a write',
    method: 'PUT',
    ask: (client: Client) => client.write('PUT', 'x', {}),
  },
  { what: 'the answer to a delete', method: 'DELETE', ask: (client: Client) => client.delete('x') },
];

test.concurrent.each(asked)(
  '$what that trickles forever ends with the timeout',
  async ({ method, ask }) => {
    const answers: { pieces: number }[] = [];
    const endpoint = await serve((_, response) => answers.push(trickle(response)));
    const { message, hint, seconds } = await failureOf(endpoint, ask, timeout);
    expect(message).toBe(`${method} ENDPOINT/api/x: ${tooSlow}`);
    expect(hint).toBe('check the broker, or wait longer with --timeout');
    expect(seconds).toBeGreaterThan(0.9 * timeout);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.pieces).toBeLessThan(most);
  },
);

test.concurrent('an error page that trickles forever ends with the timeout', async () => {
  let sent = { pieces: 0 };
  const endpoint = await serve((_, response) => (sent = trickle(response.writeHead(502))));
  const ask = (client: Client) => client.readList('x', any);
  const { message } = await failureOf(endpoint, ask, timeout);
  expect(message).toBe(`GET ENDPOINT/api/x: ${tooSlow}`);
  expect(sent.pieces).toBeLessThan(most);
});

test.concurrent('headers that trickle forever end with the timeout', async () => {
  let sent = { pieces: 0 };
  const server = createTcpServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\nx-padding: ');
    sent = trickle(socket, '.');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { message } = await failureOf(endpoint, (client) => client.read('x', any), timeout);
  server.close();
  expect(message).toBe('GET ENDPOINT/api/x: no answer in time');
  expect(sent.pieces).toBeLessThan(most);
});

test.concurrent('an idle connection is closed before RabbitMQ closes it, after 5 s', async () => {
  const server = createServer((_, response) => response.end('[]'));
  // Like RabbitMQ, it doesn't say how long it keeps a connection.
  server.keepAliveTimeout = 0;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const connected = once(server, 'connection');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: endpoint }));
  await client.readList('x', any);
  const [socket] = (await connected) as [Socket];
  await once(socket, 'close');
  client.close();
  server.close();
});

test('many requests with trickling answers end within one timeout, and no more are sent', async () => {
  const asked: string[] = [];
  const endpoint = await serve(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    trickle(response);
  });
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: endpoint }, 1);
  const writes = Array.from({ length: 200 }, (_, n) => opened.put(exchange('/', `x${n}`)));
  const ended = await Promise.allSettled(writes);
  expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(opened.silent.aborted).toBe(true);
  // Each at most once, and no look afterwards.
  expect(asked).toEqual([...new Set(asked)].filter((line) => line.startsWith('PUT ')));
});

test('a write with a trickling answer gets no look: the broker is known to be silent', async () => {
  const asked: unknown[] = [];
  const endpoint = await serve(({ method }, response) => {
    asked.push(method);
    trickle(response);
  });
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: endpoint }, 1);
  await expect(opened.put(exchange('/', 'x'))).rejects.toThrow();
  expect(asked).not.toContain('GET');
});

test('a long list that comes slowly but steadily is read to its end', async () => {
  const endpoint = await serve((_, response) => {
    let sent = 0;
    const timer = setInterval(() => {
      if (++sent <= 12) response.write(Buffer.alloc(mebibyte, ' '));
      else response.end('[]', () => clearInterval(timer));
    }, 250);
  });
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: endpoint }, 2));
  await expect(client.readList('x', any)).resolves.toEqual([]);
  client.close();
});

/** Writes as fast as it can, without an end. */
function pour(response: ServerResponse): void {
  const piece = Buffer.alloc(64 * 1024, ' ');
  const more = (): void => {
    if (!response.destroyed) response.write(piece, more);
  };
  more();
}

test('an answer about one object may be a MiB long, but not as long as a list', async () => {
  const sent = { bytes: 0 };
  const endpoint = await serve((request, response) => {
    pour(response);
    response.on('close', () => (sent.bytes = request.socket.bytesWritten));
  });
  const { message, hint } = await failureOf(endpoint, (client) => client.read('overview', any), 10);
  expect(message).toBe('GET ENDPOINT/api/overview: the answer is too long');
  expect(hint).toMatch(/^check RABBITMQ_ENDPOINT or --endpoint/);
  await expect.poll(() => sent.bytes).toBeGreaterThan(0);
  expect(sent.bytes).toBeLessThan(64 * mebibyte);
});

test('an answer of just under a MiB is read', async () => {
  const text = JSON.stringify('x'.repeat(mebibyte - 10));
  const endpoint = await serve((_, response) => response.end(text));
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: endpoint }));
  await expect(client.read('overview', any)).resolves.toHaveLength(mebibyte - 10);
  client.close();
});

test('only the start of a long error page is read, and its status counts', async () => {
  const endpoint = await serve((_, response) => pour(response.writeHead(403)));
  for (const ask of [
    (client: Client) => client.readList('x', any),
    (client: Client) => client.write('PUT', 'x', {}),
    (client: Client) => client.delete('x'),
  ]) {
    const { message } = await failureOf(endpoint, ask, 10);
    expect(message).toMatch(/ENDPOINT\/api\/x: 403 Forbidden$/);
  }
});

const compressed =
  (body: Buffer, encoding = 'gzip'): RequestListener =>
  (_, response) =>
    response.writeHead(200, { 'content-encoding': encoding }).end(body);

test('a gzip answer is read', async () => {
  const body = gzipSync(JSON.stringify(['ö']));
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: await serve(compressed(body)) }));
  await expect(client.readList('x', any)).resolves.toEqual(['ö']);
  client.close();
});

const repeated = ([row]: readonly object[]): object[] =>
  Array.from({ length: 500 }, (_, n) => ({ ...row, name: `q${n}` }));

test('a gzip list of 500 queues that differ in a digit is read', async () => {
  const vhost = await freshVhost();
  await api('PUT', `queues/${vhost}/q`, { durable: true });
  const asked = new Set<unknown>();
  const endpoint = await serve((request, response) => {
    asked.add(request.headers['accept-encoding']);
    const url = request.url ?? '';
    void api('GET', url.replace('/api/', '')).then((answer) => {
      const listed = url.startsWith(`/api/queues/${vhost}`) ? repeated(answer as object[]) : answer;
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(listed), { level: 9 }));
    });
  });
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: endpoint });
  const { objects } = await opened.readLive(new Set([vhost]));
  expect(objects.size).toBeGreaterThanOrEqual(500);
  expect(asked).toEqual(new Set(['gzip']));
});

test('a gzip answer of 3 MB that expands to 3 GB is given up early', async () => {
  const bomb = gzipSync(Buffer.alloc(16 * mebibyte, ' '), { level: 9 });
  const endpoint = await serve(compressed(Buffer.concat(Array<Buffer>(192).fill(bomb))));
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);
  const { message, hint } = await failureOf(endpoint, (client) => client.readList('x', any), 20);
  clearInterval(timer);
  expect(message).toBe(
    'GET ENDPOINT/api/x: the gzip answer expands to more than 200 times its length',
  );
  expect(hint).toMatch(/^check for a proxy between topo and the broker/);
  expect(most - before).toBeLessThan(150 * mebibyte);
});

test('the length of a small gzip answer is that of its contents', async () => {
  const endpoint = await serve(compressed(gzipSync(Buffer.alloc(2 * mebibyte, ' '))));
  const { message } = await failureOf(endpoint, (client) => client.read('x', any), 10);
  expect(message).toBe('GET ENDPOINT/api/x: the answer is too long');
});

test('a damaged gzip answer', async () => {
  const body = gzipSync('[]'.padEnd(5_000));
  body.fill(0, 10, 20);
  const { message } = await failureOf(await serve(compressed(body)), (client) =>
    client.read('x', any),
  );
  expect(message).toBe('GET ENDPOINT/api/x: the gzip answer is damaged');
});

test.each(firstOf(['br', 'gzip, gzip', 'deflate']))(
  'an encoding that topo did not accept: %s',
  async (encoding) => {
    const body = encoding === 'br' ? brotliCompressSync('[]') : gzipSync('[]');
    const endpoint = await serve(compressed(body, encoding));
    const { message } = await failureOf(endpoint, (client) => client.read('x', any));
    expect(message).toBe('GET ENDPOINT/api/x: the answer has an encoding that topo did not accept');
  },
);

/**
 * Answers 429 first and forwards later requests to the broker. Returns the milliseconds from first
 * to last.
 */
async function limited(
  times: number,
  headers: () => Record<string, string>,
): Promise<{ endpoint: string; asked: string[]; waited: () => number }> {
  const asked: string[] = [];
  const at: number[] = [];
  const endpoint = await serve((request, response) => {
    asked.push(request.method ?? '');
    at.push(performance.now());
    if (asked.length <= times) response.writeHead(429, headers()).end('slow down');
    else if (request.method === 'GET') void forward(request, response);
    else response.writeHead(204).end();
  });
  return { endpoint, asked, waited: () => (at.at(-1) ?? 0) - (at[0] ?? 0) };
}

const waits = [
  { name: 'in seconds', headers: () => ({ 'retry-after': '2' }) },
  {
    name: 'as a date, by the clock of who says so',
    headers: () => ({
      date: 'Mon, 01 Jan 2024 00:00:00 GMT',
      'retry-after': 'Mon, 01 Jan 2024 00:00:02 GMT',
    }),
  },
];

test.each(firstOf(waits))(
  'a 429 is retried after the pause that it asks for, $name',
  async ({ headers }) => {
    const { endpoint, asked, waited } = await limited(1, headers);
    const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: endpoint }));
    await client.read('overview', any);
    expect(asked).toEqual(['GET', 'GET']);
    expect(waited()).toBeGreaterThan(1_950);
    client.close();
  },
);

test('a 503 that asks for a pause gets it, too', async () => {
  let times = 0;
  const endpoint = await serve((request, response) => {
    if (times++ === 0) response.writeHead(503, { 'retry-after': '1' }).end();
    else void forward(request, response);
  });
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: endpoint }));
  const since = performance.now();
  await client.read('overview', any);
  expect(performance.now() - since).toBeGreaterThan(950);
  client.close();
});

test.each(
  firstOf([{}, { 'retry-after': '0' }, { 'retry-after': 'soon' }, { 'retry-after': '-5' }]),
)('a 429 that asks for no pause is retried like a failure that passes: %o', async (headers) => {
  const { endpoint, asked, waited } = await limited(2, () => headers);
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: endpoint }));
  await client.write('PUT', 'x', {});
  expect(asked).toEqual(['PUT', 'PUT', 'PUT']);
  expect(waited()).toBeGreaterThan(50);
  client.close();
});

test('a 429 that asks for a longer pause than is left fails at once, and says how long', async () => {
  const { endpoint, asked } = await limited(9, () => ({ 'retry-after': '120' }));
  const { message, hint, seconds } = await failureOf(
    endpoint,
    (client) => client.read('x', any),
    5,
  );
  expect(message).toBe('GET ENDPOINT/api/x: 429 Too Many Requests');
  expect(hint).toBe(
    'a proxy in front of the broker limits requests, and wants 120 s of pause: run it again after that, or wait longer with --timeout',
  );
  expect(asked).toEqual(['GET']);
  expect(seconds).toBeLessThan(5);
});

test('a delete answered with 429 is retried for two seconds, while its last look counts', async () => {
  const short = await limited(1, () => ({ 'retry-after': '1' }));
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: short.endpoint }));
  await client.delete('exchanges/v/x');
  expect(short.asked).toEqual(['DELETE', 'DELETE']);
  client.close();
  const long = await limited(1, () => ({ 'retry-after': '3' }));
  const { message } = await failureOf(long.endpoint, (each) => each.delete('exchanges/v/x'), 10);
  expect(message).toMatch(/429 Too Many Requests$/);
  expect(long.asked).toEqual(['DELETE']);
});

test('a run through a gateway with a rate limit ends well', async () => {
  const vhost = await freshVhost();
  let free = 5;
  const endpoint = await serve((request, response) => {
    if (free-- > 0) void passOn(request.method ?? '', request.url ?? '', request, response);
    else response.writeHead(429, { 'retry-after': '1' }).end();
  });
  const refill = setInterval(() => (free = 5), 300);
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: endpoint });
  await Promise.all(Array.from({ length: 15 }, (_, n) => opened.put(exchange(vhost, `x${n}`))));
  clearInterval(refill);
  const live = (await api('GET', `exchanges/${vhost}`)) as { name: string }[];
  expect(live.filter(({ name }) => name.startsWith('x'))).toHaveLength(15);
});

async function passOn(
  method: string,
  url: string,
  request: AsyncIterable<Uint8Array>,
  response: ServerResponse,
): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  await api(method, url.replace('/api/', ''), text === '' ? undefined : JSON.parse(text));
  response.writeHead(201).end();
}
