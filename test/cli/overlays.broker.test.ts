// Overlays of every kind on a real broker: they are applied, plan to nothing, and --into leaves the
// entries that they change as they are.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { callTopo } from './topo.ts';

let [vhost, folder] = ['', ''];
const user = (): string => `overlaid-${vhost}`;

/** By section: an entry, its overlay with a value that differs by environment, and its title. */
const kinds = (): Record<string, [entry: string, overlay: string, title: string]> => ({
  vhosts: [
    `{ name: ${vhost}, limits: { max-queues: 500 } }`,
    `{ name: ${vhost}, limits: { max-connections: N } }`,
    `vhost "${vhost}"`,
  ],
  users: [
    `{ name: ${user()}, tags: [], password_hash: '' }`,
    `{ name: ${user()}, limits: { max-channels: N } }`,
    `user "${user()}"`,
  ],
  permissions: [
    `{ user: ${user()}, configure: '', write: '^a', read: '' }`,
    `{ user: ${user()}, read: '^N' }`,
    `permission of user "${user()}"`,
  ],
  topic_permissions: [
    `{ user: ${user()}, exchange: amq.topic, write: '^a', read: '' }`,
    `{ user: ${user()}, exchange: amq.topic, read: '^N' }`,
    `topic permission of user "${user()}" on exchange "amq.topic"`,
  ],
  exchanges: [
    '{ name: x, type: topic }',
    '{ name: x, arguments: { alternate-exchange: xN } }',
    'exchange "x"',
  ],
  queues: ['{ name: q }', '{ name: q, arguments: { x-max-length: N } }', 'queue "q"'],
  policies: [
    '{ name: p, pattern: ^none, definition: { max-length: 5 } }',
    '{ name: p, priority: N }',
    'policy "p"',
  ],
  operator_policies: [
    '{ name: o, pattern: ^none, apply-to: queues, definition: { max-length: 5 } }',
    '{ name: o, definition: { max-length: N } }',
    'operator policy "o"',
  ],
  parameters: [
    '{ component: federation-upstream, name: up, value: { uri: "amqp://elsewhere" } }',
    '{ component: federation-upstream, name: up, value: { prefetch-count: N } }',
    'federation-upstream "up"',
  ],
  global_parameters: [
    `{ name: ${user()}, value: { a: 1 } }`,
    `{ name: ${user()}, value: { b: N } }`,
    `global parameter "${user()}"`,
  ],
});

beforeAll(async () => {
  vhost = await freshVhost();
  folder = await mkdtemp(join(tmpdir(), 'topo-overlays-'));
  await mkdir(join(folder, 'environments'));
  const lists = Object.entries(kinds()).map(([section, [entry]]) => `${section}:\n  - ${entry}\n`);
  const text = `variables: {}\nvhost: ${vhost}\n${lists.join('')}`;
  await writeFile(join(folder, 'topology.yaml'), text);
});
afterAll(async () => {
  await api('DELETE', `users/${user()}`);
  await api('DELETE', `global-parameters/${user()}`);
  await rm(folder, { recursive: true });
});

const topo = (...args: string[]) => callTopo([...args, '--environment', 'prod'], folder, env);

async function overlayWith(n: number): Promise<void> {
  const lists = Object.entries(kinds()).map(
    ([section, [, overlay]]) => `  ${section}: [${overlay.replaceAll('N', String(n))}]\n`,
  );
  await writeFile(join(folder, 'environments/prod.yaml'), `overlays:\n${lists.join('')}`);
}

test('overlays of every kind are applied, and plan to nothing', async () => {
  await overlayWith(7);
  expect(await topo('apply', '--yes')).toMatchObject({ code: 0 });
  expect(await topo('plan', '--detailed-exitcode')).toMatchObject({ code: 0 });
  const found = await Promise.all([
    api('GET', `users/${user()}`),
    api('GET', `permissions/${vhost}/${user()}`),
    api('GET', `policies/${vhost}/p`),
    api('GET', `operator-policies/${vhost}/o`),
    api('GET', `parameters/federation-upstream/${vhost}/up`),
    api('GET', `global-parameters/${user()}`),
  ]);
  expect(found).toMatchObject([
    { limits: { 'max-channels': 7 } },
    { write: '^a', read: '^7' },
    { priority: 7, definition: { 'max-length': 5 } },
    { definition: { 'max-length': 7 } },
    { value: { uri: 'amqp://elsewhere', 'prefetch-count': 7 } },
    { value: { a: 1, b: 7 } },
  ]);
});

test('--into leaves them as they are, and says which the broker has otherwise', async () => {
  await overlayWith(7);
  await topo('apply', '--yes');
  const text = await readFile(join(folder, 'topology.yaml'), 'utf8');
  const same = await topo('export', '--into', 'topology.yaml');
  expect(same).toMatchObject({ code: 0, err: '' });
  await overlayWith(8);
  const { code, err } = await topo('export', '--into', 'topology.yaml');
  expect(code).toBe(0);
  for (const [, , title] of Object.values(kinds()))
    expect(err).toMatch(
      new RegExp(`^note: ${title} is left as it is: environments/prod.yaml:\\d+ overlays it`, 'm'),
    );
  expect(await readFile(join(folder, 'topology.yaml'), 'utf8')).toBe(text);
});

test('another value is planned as a change of each kind', async () => {
  await overlayWith(7);
  await topo('apply', '--yes');
  await overlayWith(8);
  const { out } = await topo('plan', '--format', 'json');
  const { steps } = JSON.parse(out) as { steps: { address: string; change: string }[] };
  const changed = new Set(steps.map(({ address }) => address.split('/')[0]));
  expect(changed).toEqual(
    new Set(Object.keys(kinds()).map((section) => section.replaceAll('_', '-'))),
  );
});
