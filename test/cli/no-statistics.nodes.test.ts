// A broker without statistics doesn't list its connections: no vhost goes unasked.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sandboxEnvironment } from '../../src/sandbox/sandbox.ts';
import { atEnd } from '../at-end.ts';
import { brokerOf } from '../broker-of.ts';
import { api, takeNode } from '../broker.ts';
import { evaluate } from '../erlang.ts';
import { callTopo } from './topo.ts';

test('a vhost of a broker without statistics goes only as agreed', async () => {
  const node = await takeNode();
  const collect = (isOff: boolean) =>
    evaluate(
      node,
      `application:set_env(rabbitmq_management_agent, disable_metrics_collector, ${isOff})`,
    );
  const folder = await mkdtemp(join(tmpdir(), 'topo-no-statistics-'));
  atEnd(() => rm(folder, { recursive: true }));
  const vhost = `test-${randomUUID()}`;
  await api('PUT', `vhosts/${vhost}`, undefined, brokerOf(node));
  await writeFile(join(folder, 'topology.yaml'), `vhosts: [{ name: ${vhost} }]\n`);
  const destroy = (...args: string[]) =>
    callTopo(['destroy', '--yes', ...args], folder, sandboxEnvironment(node));
  await collect(true);
  atEnd(() => collect(false));
  const refused = await destroy();
  expect(refused.code).toBe(4);
  expect(refused.out).toContain('the broker does not list its connections');
  const flag = ['--allow-disconnect', `vhosts/${vhost}`];
  expect(refused.out).toContain(flag.join(' '));
  expect(await destroy(...flag)).toMatchObject({ code: 0 });
});
