// A vhost whose name isn't text: 3.10 stores it on an import, and nothing can delete it. So the
// test creates it on a node of its own.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, takeNode } from '../broker.ts';
import { killNode } from '../erlang.ts';
import { callTopo } from './topo.ts';

let node: Sandbox;
let folder = '';
beforeEach(async () => {
  node = await takeNode();
  folder = await mkdtemp(join(tmpdir(), 'topo-odd-vhost-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await killNode(node);
});

test('the others are planned and exported, and it is named', async () => {
  const broker = brokerOf(node);
  await api('POST', 'definitions', { vhosts: [{ name: 5 }] }, broker);
  expect(await api('GET', 'vhosts', undefined, broker)).toContainEqual(
    expect.objectContaining({ name: 5 }),
  );
  const env = {
    RABBITMQ_ENDPOINT: broker.endpoint,
    AMQP_URL: broker.amqpUrl,
    RABBITMQ_USERNAME: broker.username,
    RABBITMQ_PASSWORD: broker.password,
  };
  await writeFile(join(folder, 'topology.yaml'), 'queues: [{ name: q }]\n');
  const applied = await callTopo(['apply', '--yes'], folder, env);
  expect([applied.code, applied.out]).toEqual([0, expect.stringContaining('1 created')]);
  const { code, out, err } = await callTopo(['export'], folder, env);
  expect([code, out, err]).toEqual([
    0,
    expect.stringContaining('name: q'),
    expect.stringContaining('the name of vhost 5 is not text'),
  ]);
});
