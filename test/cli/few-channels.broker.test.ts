// A queue in use is replaced by a user who may open few channels.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { userWith } from '../management/arrange.ts';
import { callTopo } from './topo.ts';

test('what takes more channels than that is told before a binding changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'topo-channels-'));
  atEnd(() => rm(folder, { recursive: true }));
  const vhost = await freshVhost();
  const name = `user-${vhost}`;
  const all = { configure: '.*', write: '.*', read: '.*' };
  const user = await userWith(name, 'administrator', { [vhost]: all });
  const url = new URL(broker.amqpUrl);
  [url.username, url.password] = [name, 'secret'];
  const file = join(folder, 'topology.yaml');
  await writeFile(file, `vhost: ${vhost}\nqueues: [{ name: q, type: quorum }]\n`);
  await api('PUT', `queues/${vhost}/q`, { durable: true });
  await api('POST', `bindings/${vhost}/e/amq.direct/q/q`, { routing_key: 'k' });
  const message = { properties: {}, routing_key: 'k', payload: 'x', payload_encoding: 'string' };
  await api('POST', `exchanges/${vhost}/amq.direct/publish`, message);
  const apply = () =>
    callTopo(['apply', file, '--yes'], folder, { ...env, ...user, AMQP_URL: url.href });
  for (const most of [1, 3, 6, 7]) {
    await api('PUT', `user-limits/${name}/max-channels`, { value: most });
    const { code, out } = await apply();
    expect(code, out).toBe(exit.error);
    expect(out).toMatch(new RegExp(`user limit of \\(?${most}`));
    expect(out).toContain('let the user open 7 channels more: max-channels');
    const bound = await api('GET', `bindings/${vhost}/e/amq.direct/q/q`);
    expect(bound).toMatchObject([{ routing_key: 'k' }]);
    expect(await api('GET', `queues/${vhost}?columns=name`)).toEqual([{ name: 'q' }]);
  }
  await api('PUT', `user-limits/${name}/max-channels`, { value: 8 });
  const { code, out } = await apply();
  expect(code, out).toBe(exit.done);
});
