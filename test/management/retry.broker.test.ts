// Retries what is safe to repeat, as long as the broker may be silent.
import { expect, test } from 'vitest';
import { Client } from '../../src/management/client.ts';
import { api, freshVhost } from '../broker.ts';
import type { Proxy } from '../proxy.ts';
import { connectionTo, exchange, forward, openTestBroker, proxyTo, serve } from './arrange.ts';
import { openGateway, type Asked } from './gateway.ts';

const through = ({ port }: Proxy) => ({ RABBITMQ_ENDPOINT: `http://127.0.0.1:${port}` });
const withoutAmqp = { AMQP_URL: 'amqp://127.0.0.1:1' };
const methodsOf = ({ requests }: Proxy) => requests.map((line) => line.split(' ')[0]);

for (const afterBytes of [0, 40, 150]) {
  test(`a request whose answer is cut after ${afterBytes} bytes is retried`, async () => {
    const vhost = await freshVhost();
    const proxy = await proxyTo();
    const opened = openTestBroker(through(proxy));
    proxy.cutAnswers(1, afterBytes);
    await opened.put(exchange(vhost, 'x'));
    expect(methodsOf(proxy)).toEqual(['PUT', 'PUT']);
    const { objects } = await opened.readLive(new Set([vhost]));
    expect([...objects.keys()]).toContain(`exchanges/${vhost}/x`);
  });
}

test('a list cut in the middle is requested again', async () => {
  const vhost = await freshVhost();
  const proxy = await proxyTo();
  proxy.cutAnswers(6, 500);
  const { objects } = await openTestBroker(through(proxy)).readLive(new Set([vhost]));
  expect(objects.size).toBe(6);
  expect(proxy.requests.length).toBeGreaterThan(6);
});

test('a kept connection that the broker closed meanwhile is replaced', async () => {
  const vhost = await freshVhost();
  const proxy = await proxyTo();
  const opened = openTestBroker(through(proxy));
  await opened.put(exchange(vhost, 'one'));
  proxy.cut();
  await opened.put(exchange(vhost, 'two'));
  await opened.readLive(new Set([vhost]));
  expect(methodsOf(proxy).slice(0, 2)).toEqual(['PUT', 'PUT']);
});

test('a delete without an answer is not repeated, but checked', async () => {
  const vhost = await freshVhost();
  const isDelete = ({ method }: Asked): boolean => method === 'DELETE';
  const gateway = await openGateway({ fault: 'a cut', reaches: true, when: isDelete });
  const opened = openTestBroker({ ...withoutAmqp, RABBITMQ_ENDPOINT: gateway.endpoint });
  await opened.put(exchange(vhost, 'x'));
  await opened.delete(exchange(vhost, 'x'), 'lose-nothing');
  gateway.close();
  const asked = gateway.asked.filter(({ path }) => path.includes('/exchanges/'));
  expect(asked.map(({ method }) => method)).toEqual(['PUT', 'GET', 'DELETE', 'GET']);
});

test('a delete that never arrived fails, and is left to the next run', async () => {
  const vhost = await freshVhost();
  await api('PUT', `exchanges/${vhost}/x`, { type: 'direct', durable: true });
  const asked: string[] = [];
  const endpoint = await serve((request, response) => {
    if (request.url?.includes('/exchanges/')) asked.push(request.method ?? '');
    if (request.method === 'DELETE') request.socket.destroy();
    else void forward(request, response);
  });
  const opened = openTestBroker({ ...withoutAmqp, RABBITMQ_ENDPOINT: endpoint });
  await expect(opened.delete(exchange(vhost, 'x'), 'lose-nothing')).rejects.toThrow(
    `DELETE ${endpoint}/api/exchanges/${vhost}/x: the connection was cut`,
  );
  expect(asked).toEqual(['GET', 'DELETE', 'GET']);
});

const passing = [
  { status: 503, body: '<html>' },
  { status: 400, body: '{"error":"bad_request","reason":"node rabbit@b could not be contacted"}' },
];
test.each(passing)('a $status that passes is waited out: $body', async ({ status, body }) => {
  let times = 0;
  const endpoint = await serve((request, response) => {
    if (request.url === '/api/vhosts?disable_stats=true' && times++ < 3)
      response.writeHead(status).end(body);
    else void forward(request, response);
  });
  const { broker } = await openTestBroker({ RABBITMQ_ENDPOINT: endpoint }).readLive();
  expect(broker.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(times).toBe(4);
});

test('a 500 is retried, but not forever', async () => {
  let times = 0;
  const endpoint = await serve((_, response) => {
    times++;
    response.writeHead(500).end();
  });
  const reading = openTestBroker({ RABBITMQ_ENDPOINT: endpoint }).readLive(new Set(['/']));
  await expect(reading).rejects.toThrow('500 Internal Server Error');
  // Eight lists, six times each.
  await expect.poll(() => times).toBe(48);
});

test('a black hole is given up in time', async () => {
  const proxy = await proxyTo();
  const vhosts = new Set([await freshVhost()]);
  const opened = openTestBroker(through(proxy), 1);
  await opened.readLive(vhosts);
  proxy.blackHole();
  const since = performance.now();
  await expect(opened.readLive(vhosts)).rejects.toThrow('no answer in time');
  const seconds = (performance.now() - since) / 1_000;
  expect(seconds).toBeGreaterThan(0.9);
  expect(seconds).toBeLessThan(2);
});

test('a long list coming in is a sign of life, though another request gets no answer', async () => {
  const endpoint = await serve((request, response) => {
    if (request.url === '/api/never') return;
    let sent = 0;
    response.write('[');
    const timer = setInterval(() => {
      if (++sent < 15) response.write(Buffer.alloc(1024 * 1024, ' '));
      else response.end(']', () => clearInterval(timer));
    }, 200);
  });
  const client = new Client(connectionTo({ RABBITMQ_ENDPOINT: endpoint }, 1));
  const long = client.readList('long', (answer) => answer);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const never = client.read('never', (answer) => answer);
  await expect(never).rejects.toThrow('no answer in time');
  await expect(long).resolves.toEqual([]);
  client.close();
});

test('an abort ends requests in flight at once', async () => {
  const proxy = await proxyTo();
  proxy.blackHole();
  const abort = new AbortController();
  const client = new Client(connectionTo(through(proxy)), abort.signal);
  const since = performance.now();
  setTimeout(() => abort.abort(new Error('interrupted')), 100);
  await expect(client.read('overview', (answer) => answer)).rejects.toThrow('interrupted');
  expect(performance.now() - since).toBeLessThan(1_000);
  client.close();
});

test('the broker may close a connection after every 1,000 requests', async () => {
  const client = new Client(connectionTo());
  for (let n = 0; n < 1_050; n++) await client.read('whoami', (answer) => answer);
  client.close();
});
