// The broker makes its lists while a big file is read: they are asked for once, and wrong guesses
// and failures change nothing but the time.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { callTopo } from './topo.ts';

let folder = '';
let vhost = '';
let file = '';
let proxy: Proxy;
let env: Record<string, string> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-early-'));
  const { hostname: host, port } = new URL(broker.endpoint);
  proxy = await openProxy({ host, port: Number(port) });
  env = {
    RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
    RABBITMQ_USERNAME: broker.username,
    RABBITMQ_PASSWORD: broker.password,
    AMQP_URL: broker.amqpUrl,
  };
});
afterAll(async () => {
  await proxy.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  vhost = await freshVhost();
  file = join(folder, `${vhost}.yaml`);
});

/** Comments make it big. */
const padding = `# ${'x'.repeat(97)}\n`.repeat(1_100);
const write = (head: string, queues: string): Promise<void> =>
  writeFile(file, `${head}\nmanage: all\n${padding}queues: [${queues}]\n`);

async function run(...args: string[]) {
  const before = proxy.requests.length;
  const ended = await callTopo(args, folder, env);
  const requests = proxy.requests.slice(before).map((line) => line.replace(/ HTTP.*/, ''));
  const count = (start: string) => requests.filter((line) => line.startsWith(start)).length;
  return { ...ended, lists: count(`GET /api/queues/${vhost}?`), begun: count('GET /api/whoami') };
}

test('the lists are asked for once, and the plan is right', async () => {
  await api('PUT', `queues/${vhost}/old`, { durable: true });
  await write(`vhost: ${vhost}`, '{ name: old }, { name: new }');
  const planned = await run('plan', file);
  expect(planned).toMatchObject({ code: exit.done, lists: 1, begun: 1 });
  expect(planned.out).toContain('Plan: 1 to create · 1 unchanged ');
});

test('messages of queues that go are counted again: those lists may be old', async () => {
  await api('PUT', `queues/${vhost}/old`, { durable: true });
  await write(`vhost: ${vhost}`, '{ name: new }');
  const applied = await run('apply', file, '--yes');
  // Early, for the counts, and to read back.
  expect(applied).toMatchObject({ code: exit.done, lists: 3, begun: 1 });
  expect(applied.out).toContain('Apply: 1 created, 1 deleted in ');
});

test('a wrong file is an error as ever, and nothing is written', async () => {
  await write(`vhost: ${vhost}`, '{ name: new, durabel: true }');
  const { code, out, err } = await run('apply', file, '--yes');
  expect({ code, out }).toEqual({ code: exit.input, out: '' });
  expect(err).toMatch(/:1103:\d+: error: queues\[0\] has no field "durabel"/);
  expect(await api('GET', `queues/${vhost}`)).toEqual([]);
});

test.each([
  ['says which broker it expects', (name: string) => `vhost: ${name}\nexpect: { vhosts: ['*'] }`],
  ['names another vhost, too', (name: string) => `vhost: ${name}\noutputs: { vhost: x }`],
  ['takes its vhost from a variable', (name: string) => `variables: { v: ${name} }\nvhost: \${v}`],
])('nothing is begun early for a file that %s', async (_, head) => {
  await write(head(vhost), '{ name: new }');
  expect(await run('plan', file)).toMatchObject({ begun: 0 });
});

test('a list that breaks off is asked for again', async () => {
  await api('PUT', `queues/${vhost}/new`, { durable: true });
  await write(`vhost: ${vhost}`, '{ name: new }');
  const cut = proxy.blackHoleAfter(/^GET \/api\/whoami/m).then(() => {
    proxy.cut();
    proxy.restore();
  });
  const planned = await run('plan', file, '--detailed-exitcode');
  await cut;
  expect(planned).toMatchObject({ code: exit.done });
  expect(planned.out).toContain('nothing to do · 1 unchanged');
});

test('a vhost that is not there yet is planned as ever', async () => {
  await write(`vhost: no-${vhost}`, '{ name: new }');
  const { code, err } = await run('plan', file);
  expect(code).toBe(exit.input);
  expect(err).toContain(`vhost "no-${vhost}"`);
});
