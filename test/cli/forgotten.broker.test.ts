// A parking queue that no record names, as the folder of an apply that was cut off is gone: plan
// and apply say what it holds, and what to do.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { fill, openChannel } from '../management/carried-queue.ts';
import { callTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-forgotten-'));
});
afterAll(() => rm(folder, { recursive: true }));

const old = Math.floor(Date.now() / 1_000) - 25 * 3_600;

test('its messages move back as the warning says, and it goes', async () => {
  const vhost = await freshVhost();
  const parking = 'orders.topo-parking-01234567';
  const topo = (...args: string[]) => callTopo(args, folder, env);
  const file = join(folder, 'topology.yaml');
  const binding = '{ source: amq.topic, destination: orders, routing_key: new }';
  await writeFile(file, `vhost: ${vhost}\nqueues: [{ name: orders }]\nbindings: [${binding}]\n`);
  const args = { 'x-topo': 'parking', 'x-topo-since': old };
  await api('PUT', `queues/${vhost}/orders`, { durable: true });
  await api('PUT', `queues/${vhost}/${parking}`, { durable: true, arguments: args });
  const bound = { routing_key: 'new' };
  await api('POST', `bindings/${vhost}/e/amq.topic/q/${parking}`, bound);
  const channel = await openChannel(vhost);

  const warning = (held: string): string =>
    `warning: queues/${vhost}/${parking} holds ${held} of a queue that was being replaced`;
  const empty = await topo('apply', file, '--yes');
  expect(empty.code, empty.err).toBe(0);
  expect(empty.out).toContain(warning('0 messages and has 1 binding'));
  await fill(channel, parking, 3);
  const move = ['move', parking, 'orders', '--vhost', vhost];
  for (const args of [
    ['plan', file],
    ['apply', file, '--yes'],
  ]) {
    const told = await topo(...args);
    expect(told.code, told.err).toBe(0);
    expect(told.out).toContain(warning('3 messages and has 1 binding'));
    expect(told.out).toContain(
      `bind those exchanges to the queue again, then topo ${move.join(' ')}`,
    );
  }
  await api('DELETE', `bindings/${vhost}/e/amq.topic/q/${parking}/new`);
  const moved = await topo(...move, '--yes');
  expect(moved.code, moved.out + moved.err).toBe(0);
  expect((await channel.checkQueue('orders')).messageCount).toBe(3);
  expect((await topo('plan', file)).out).not.toContain('being replaced');
  await topo('apply', file, '--yes');
  expect(await api('GET', `queues/${vhost}?columns=name`)).toEqual([{ name: 'orders' }]);
});
