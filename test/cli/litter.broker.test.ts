// What a killed run leaves on the broker is named, left out of every export, and deleted by the
// next apply whose plan is agreed to.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { leaveBehind } from './left-behind.ts';
import { callTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-litter-'));
});
afterAll(() => rm(folder, { recursive: true }));

const [day, now] = [24 * 3_600, Math.floor(Date.now() / 1_000)];
const old = { 'x-topo': 'rehearsal', 'x-topo-since': now - day - 60 };
const objects = {
  'orders.topo-rehearsal-00000001': old,
  'orders.topo-rehearsal-00000002': { ...old, 'x-topo-since': now },
  'orders.topo-rehearsal-00000003': {},
  'orders.topo-rehearsal-00000004': { ...old, 'x-topo-since': 'long ago' },
  'somebody.else': old,
};

test('only what carries the mark and is older than any run is deleted, and only by apply', async () => {
  const vhost = await freshVhost();
  const names = async () =>
    ((await api('GET', `exchanges/${vhost}`)) as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => name !== '' && !name.startsWith('amq.'));
  for (const [name, args] of Object.entries(objects)) {
    await api('PUT', `exchanges/${vhost}/${name}`, { type: 'direct', arguments: args });
  }
  const file = join(folder, 'topology.yaml');
  await writeFile(file, `vhost: ${vhost}\nmanage: { exchanges: [orders.*] }\n`);

  // Of a record that was never begun, or is done.
  const part = 'topo.record.0000000-00000000.2';
  const args = { ...old, 'x-topo': 'record' };
  await api('PUT', `queues/${vhost}/${part}`, { durable: true, arguments: args });
  const warning =
    "warning: a run that was cut off left 2 objects of topo's own: " +
    `exchanges/${vhost}/orders.topo-rehearsal-00000001, queues/${vhost}/${part}`;
  const plan = await callTopo(['plan', file], folder, env);
  expect(plan.out).toContain(`${warning}\n      topo apply deletes them`);
  expect(plan.out).not.toContain('to delete');
  const exported = await callTopo(['export', '--vhost', vhost], folder, env);
  expect(exported.err).toContain(warning);
  expect(exported.out).not.toContain('topo-rehearsal');
  expect(exported.out).toContain('somebody.else');
  expect(await names()).toEqual(Object.keys(objects));

  expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
  expect(await names()).toEqual(Object.keys(objects).slice(1));
  expect(await api('GET', `queues/${vhost}`)).toEqual([]);
});

test('a refused plan deletes none of it, nor the record of an apply that has all back', async () => {
  const vhost = await freshVhost();
  const left = await leaveBehind(vhost);
  await api('PUT', `exchanges/${vhost}/kept`, { type: 'direct' });
  const file = join(folder, 'refused.yaml');
  const yaml = `vhost: ${vhost}\nexchanges: [{ name: kept, type: topic }]\n`;
  await writeFile(file, `${yaml}protect: { exchanges: [kept] }\n`);
  const refused = await callTopo(['apply', file, '--yes'], folder, env);
  expect(refused).toMatchObject({ code: 4 });
  expect(refused.out).toContain('1 refused');
  expect(await left()).toHaveLength(2);
  await writeFile(file, yaml);
  expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
  expect(await left()).toEqual([]);
});
