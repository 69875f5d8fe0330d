// --verify=strong reads what was applied through every node, and sends the password to no other
// host than those that the operator or, over https, the cluster names.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { api, broker, env, freshVhost } from '../broker.ts';
import { forward, proxyTo, serve } from '../management/arrange.ts';
import { callTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-verify-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Applied {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The queues that are there afterwards. */
  readonly queues: readonly string[];
}

/** Applies one queue. */
async function apply(args: readonly string[], more: NodeJS.Dict<string> = {}): Promise<Applied> {
  const vhost = await freshVhost();
  const file = join(folder, `${vhost}.yaml`);
  await writeFile(file, `vhost: ${vhost}\nqueues: [{ name: q }]\n`);
  const where = { ...env, ...(more as Record<string, string>) };
  const run = await callTopo(['apply', file, '--yes', ...args], folder, where);
  const queues = (await api('GET', `queues/${vhost}`)) as { name: string }[];
  return { ...run, queues: queues.map(({ name }) => name) };
}

const strong = (...endpoints: string[]) => [
  '--verify=strong',
  ...endpoints.flatMap((url) => ['--node-endpoint', url]),
];

/** A node whose answers to some requests are others. */
const another = (path: RegExp, answer: unknown) =>
  serve((request, response) => {
    if (path.test(request.url ?? '')) response.end(JSON.stringify(answer));
    else void forward(request, response);
  });

test('the only node is as planned', async () => {
  const { code, out } = await apply(strong(broker.endpoint));
  expect(code).toBe(0);
  expect(out).toContain('read through 1 node, all as planned');
});

test('a node that lacks a queue is named, and so is the queue', async () => {
  const behind = await another(/^\/api\/queues\//, []);
  const { code, out, queues } = await apply(strong(broker.endpoint, behind));
  expect(code).toBe(6);
  expect(queues).toEqual(['q']);
  expect(out).toMatch(/! \S+@localhost: 1 not as planned: queues\/\S+\/q/);
});

test('a node that is out of reach is exit 6, and in the JSON', async () => {
  const gone = 'http://127.0.0.1:1';
  const { code, out } = await apply([...strong(broker.endpoint, gone), '--format', 'json']);
  expect(code).toBe(6);
  expect((JSON.parse(out) as { nodes: unknown }).nodes).toEqual([
    { endpoint: broker.endpoint, node: expect.stringContaining('@') as string, unreached: [] },
    { endpoint: gone, unreached: [], reason: expect.stringContaining(gone) as string },
  ]);
});

test('a node of another cluster does not count', async () => {
  const stranger = await another(/^\/api\/overview\?columns/, {
    cluster_name: 'rabbit@elsewhere',
    node: 'rabbit@elsewhere',
  });
  const { code, out } = await apply(strong(stranger));
  expect(code).toBe(6);
  expect(out).toContain('belongs to another cluster, rabbit@elsewhere');
});

test.each([
  { is: 'over http, no host that the broker names', args: strong(), why: 'only over https' },
  { is: 'no endpoint without the flag', args: strong('http://a').slice(1), why: '--verify=strong' },
  { is: 'no user in an endpoint', args: strong('http://me@a'), why: 'holds a user' },
])('$is: exit 3, and nothing is written', async ({ args, why }) => {
  const { code, err, queues } = await apply(args);
  expect(code).toBe(3);
  expect(err).toContain(why);
  expect(queues).toEqual([]);
});

test('over https, the nodes are those that the cluster lists', async () => {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const of = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', key, '-out', cert];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...of, ...files];
  execFileSync('openssl', args, { stdio: 'pipe' });
  const tls = { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
  const { port } = await proxyTo({ tls });
  const more = { RABBITMQ_ENDPOINT: `https://localhost:${port}`, RABBITMQ_CACERT: cert };
  const { code, out } = await apply(strong(), more);
  expect(out).toContain('read through 1 node, all as planned');
  expect(code).toBe(0);
});
