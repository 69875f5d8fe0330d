// Definitions files as people have them come onto an empty broker: RabbitMQ's own import and topo
// end equal, but for what cases.yaml lists. corpus.broker.test.ts has a few of them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Broker } from '../broker-of.ts';
import { api } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';
import { version } from '../version.ts';
import { readCases, readFileNames } from './cases.ts';
import { takeEmptyBroker } from './empty-broker.ts';
import { judge } from './judge.ts';
import { see } from './see.ts';

const cases = await readCases(version);
let at: Broker;
beforeAll(async () => {
  at = await takeEmptyBroker();
}, 120_000);

test('cases.yaml tells of every file', async () => {
  expect((await readFileNames()).sort()).toEqual(cases.map(({ name }) => name).sort());
});

test("an import takes a vhost's description away, and topo leaves it", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'topo-described-'));
  await writeFile(join(folder, 'topology.yaml'), '{ "vhosts": [{ "name": "/" }] }');
  await api('PUT', 'vhosts/%2F', { description: 'The first' }, at);
  const readDescription = async () =>
    ((await api('GET', 'vhosts/%2F', undefined, at)) as { description: string }).description;
  const { code } = await callTopo(['apply', '--yes'], folder, {
    RABBITMQ_ENDPOINT: at.endpoint,
    RABBITMQ_USERNAME: at.username,
    RABBITMQ_PASSWORD: at.password,
    AMQP_URL: at.amqpUrl,
  });
  await rm(folder, { recursive: true });
  expect([code, await readDescription()]).toEqual([0, 'The first']);
  await api('POST', 'definitions', { vhosts: [{ name: '/' }] }, at);
  expect(await readDescription()).toBe('');
});

test.each(cases)('$name, $like', async (one) => {
  expect(judge(one, await see(one.file, one.into, at))).toEqual([]);
});
