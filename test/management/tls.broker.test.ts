// Ends TLS in a real proxy in front of the broker; makes the authority with openssl.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect as connectTcp, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProxy, type Proxy } from '../proxy.ts';
import { broker } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { forward, openTestBroker, proxyTo, serve } from './arrange.ts';

const folder = mkdtempSync(join(tmpdir(), 'topo-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

function makeAuthority(name: string): void {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    ...files,
  );
}

function makeCertificate(name: string, authority: string, host: string, days = 2): void {
  const request = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`];
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-addext', `subjectAltName=${host}`, ...request);
  const signed = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-copy_extensions', 'copy'];
  const by = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial'];
  openssl('x509', '-req', '-days', String(days), ...signed, ...by);
}

let plain: Proxy;
let strict: Proxy;
let expired: Proxy;
let amqps: Proxy;
beforeAll(async () => {
  for (const name of ['authority', 'stranger']) makeAuthority(name);
  makeCertificate('server', 'authority', 'DNS:localhost');
  makeCertificate('client', 'authority', 'DNS:client');
  makeCertificate('intruder', 'stranger', 'DNS:intruder');
  const tls = { cert: read('server.pem'), key: read('server.key') };
  const mutual = { ...tls, ca: read('authority.pem'), requestCert: true, rejectUnauthorized: true };
  plain = await proxyTo({ tls });
  makeCertificate('former', 'authority', 'DNS:localhost', -1);
  expired = await proxyTo({ tls: { cert: read('former.pem'), key: read('former.key') } });
  strict = await proxyTo({ tls: mutual });
  const { hostname: host, port } = new URL(broker.amqpUrl);
  amqps = await openProxy({ host, port: Number(port) }, { tls: mutual });
});
afterAll(() => amqps.close());

const authority = { RABBITMQ_CACERT: at('authority.pem') };
const clientOf = (name: string) => ({
  RABBITMQ_CLIENTCERT: at(`${name}.pem`),
  RABBITMQ_CLIENTKEY: at(`${name}.key`),
});
const version = async (endpoint: string, env: NodeJS.ProcessEnv): Promise<string> => {
  const opened = openTestBroker({ RABBITMQ_ENDPOINT: endpoint, ...env });
  const { broker: info } = await opened.readLive(new Set());
  return info.version;
};

interface Row {
  name: string;
  proxy: () => Proxy;
  host?: string;
  env: () => NodeJS.ProcessEnv;
  refused?: string;
}
const rows: Row[] = [
  { name: 'a trusted authority', proxy: () => plain, env: () => authority },
  {
    name: 'no trust at all, on purpose',
    proxy: () => plain,
    env: () => ({ RABBITMQ_INSECURE: 'true' }),
  },
  {
    name: 'an unknown authority',
    proxy: () => plain,
    env: () => ({}),
    refused:
      'its certificate is not trusted | set RABBITMQ_CACERT to the certificate of the authority that signed it',
  },
  {
    name: 'a certificate for another host',
    proxy: () => plain,
    host: '127.0.0.1',
    env: () => authority,
    refused: 'its certificate is for another host | use the host name that the certificate is for',
  },
  {
    name: 'a certificate of the day before yesterday',
    proxy: () => expired,
    env: () => authority,
    refused: 'its certificate has expired | renew its certificate',
  },
  {
    name: 'a client certificate',
    proxy: () => strict,
    env: () => ({ ...authority, ...clientOf('client') }),
  },
];

test.each(rows)('$name', async ({ proxy, host = 'localhost', env, refused }) => {
  const outcome = await version(`https://${host}:${proxy().port}`, env()).catch(textOf);
  if (refused === undefined) expect(outcome).toMatch(/^\d+\.\d+\.\d+$/);
  else expect(outcome).toMatch(new RegExp(`: ${refused}$`.replaceAll('|', '\\|')));
});

test.each(firstOf(['no', 'another']))(
  '%s client certificate if the server asks for one',
  async (which) => {
    const env = which === 'no' ? authority : { ...authority, ...clientOf('intruder') };
    const outcome = await version(`https://localhost:${strict.port}`, env).catch(textOf);
    expect(outcome).toMatch(
      /(it refused the client certificate \| set RABBITMQ_CLIENTCERT and RABBITMQ_CLIENTKEY to a certificate that it trusts|the connection was cut \| run it again)$/,
    );
  },
);

test('AMQP over TLS with the same certificates', async () => {
  const AMQP_URL = `amqps://localhost:${amqps.port}`;
  const gap = (env: NodeJS.ProcessEnv) => openTestBroker({ AMQP_URL, ...env }).readGap();
  expect(await gap({ ...authority, ...clientOf('client') })).toBe('pipelined');
  expect(['refused', 'unpipelined']).toContain(await gap(authority));
});

test('a path before /api', async () => {
  const endpoint = await serve((request, response) => {
    const url = request.url ?? '';
    if (!url.startsWith('/mq/rabbit/api/')) response.writeHead(404).end();
    else void forward(request, response, url.slice('/mq/rabbit'.length));
  });
  expect(await version(`${endpoint}/mq/rabbit/`, {})).toMatch(/^\d/);
});

test('through a proxy: whole for http, through a tunnel for https, and never unasked', async () => {
  const seen: string[] = [];
  const proxy = createServer((request, response) => {
    const { 'proxy-authorization': who = '' } = request.headers;
    seen.push(`GET ${new URL(request.url ?? '').host} ${who}`);
    void forward(request, response, new URL(request.url ?? '').pathname);
  });
  proxy.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
    const server = connectTcp(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      server.pipe(socket).pipe(server);
    });
    for (const one of [socket, server]) one.on('error', () => undefined);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const asked = { RABBITMQ_PROXY: `http://me:pw@127.0.0.1:${port}` };
  const basic = `Basic ${Buffer.from('me:pw').toString('base64')}`;

  expect(await version('http://broker.invalid:15672', asked)).toMatch(/^\d/);
  expect(new Set(seen.splice(0))).toEqual(new Set([`GET broker.invalid:15672 ${basic}`]));
  const https = `https://localhost:${plain.port}`;
  expect(await version(https, { ...asked, ...authority })).toMatch(/^\d/);
  expect(new Set(seen.splice(0))).toEqual(new Set([`CONNECT localhost:${plain.port} ${basic}`]));

  process.env['HTTP_PROXY'] = process.env['HTTPS_PROXY'] = `http://127.0.0.1:${port}`;
  try {
    await version(broker.endpoint, {});
    await version(https, authority);
  } finally {
    delete process.env['HTTP_PROXY'];
    delete process.env['HTTPS_PROXY'];
  }
  expect(seen).toEqual([]);
  proxy.closeAllConnections();
  proxy.close();
});

function textOf(error: unknown): string {
  const { message, hint = '' } = error as Error & { hint?: string };
  return `${message} | ${hint}`;
}
