// RabbitMQ 3.10 may list a quorum queue for good that takes no message, and call an equal
// declaration a success: a plan says so.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { sandboxEnvironment, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, freshVhost, takeNode } from '../broker.ts';
import { evaluate } from '../erlang.ts';
import { callTopo } from './topo.ts';

let node: Sandbox;
let folder = '';
beforeAll(async () => {
  node = await takeNode();
  folder = await mkdtemp(join(tmpdir(), 'topo-dead-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a quorum queue none of whose replicas runs is told, and left alone', async () => {
  const at = brokerOf(node);
  const vhost = await freshVhost(at);
  const file = join(folder, 'topology.yaml');
  await writeFile(file, `vhost: ${vhost}\nqueues: [{ name: q, type: quorum }]\n`);
  const topo = (...args: string[]) => callTopo(args, folder, sandboxEnvironment(node));
  expect(await topo('plan', file, '--out', 'plan.json')).toMatchObject({ code: exit.done });
  const first = await topo('apply', 'plan.json', '--yes');
  expect(first.code, first.out).toBe(exit.done);
  expect(first.out).not.toContain('takes no messages');
  await evaluate(node, `ra:force_delete_server(quorum_queues, {'${vhost}_q', node()})`);
  expect(await api('GET', `queues/${vhost}?disable_stats=true`, undefined, at)).toMatchObject([
    { leader: null, online: [] },
  ]);
  for (const what of [file, 'plan.json']) {
    const { out, code } = await topo('apply', what, '--yes');
    expect(out).toContain(
      'warning: queue "q" takes no messages: none of its replicas runs, though their nodes do',
    );
    expect(out).toContain(`rabbitmqctl delete_queue -p ${vhost} q, then topo apply`);
    expect(code, out).toBe(exit.done);
  }
  await api('DELETE', `queues/${vhost}/q`, undefined, at);
  const last = await topo('apply', file, '--yes');
  expect(last.out).not.toContain('takes no messages');
  expect(await api('GET', `queues/${vhost}?disable_stats=true`, undefined, at)).toMatchObject([
    { online: [expect.any(String)] },
  ]);
});
