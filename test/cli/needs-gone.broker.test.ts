// What somebody else deletes between two steps of an apply that a later step needs: that step is
// stale, as the broker has changed since the plan, and names what has gone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { openGateway } from '../management/gateway.ts';
import { callTopo } from './topo.ts';

// Making and deleting vhosts takes a busy machine its time.
vi.setConfig({ hookTimeout: 300_000 });

const vhost = await freshVhost();
/** Nothing in it is locked: topo.lock has no place there. */
const other = `${vhost}.other`;
const [user, another] = [`${vhost}.user`, `${vhost}.another`];
const everything = { configure: '.*', write: '.*', read: '.*' };

const [gone, owner] = [`vhosts/${other}`, `users/${user}`];
const needs: [what: string, address: string, need: string][] = [
  ['a binding from an exchange', `bindings/${vhost}/e/from/q/kept/~`, `exchanges/${vhost}/from`],
  ['a binding to a queue', `bindings/${vhost}/e/amq.direct/q/to/~`, `queues/${vhost}/to`],
  ['a binding to an exchange', `bindings/${vhost}/e/amq.direct/e/end/~`, `exchanges/${vhost}/end`],
  ['a permission of a user', `permissions/${vhost}/${user}`, owner],
  ['a topic permission of a user', `topic-permissions/${vhost}/${user}/amq.topic`, owner],
  ['a permission in a vhost', `permissions/${other}/${another}`, gone],
  ['a topic permission in a vhost', `topic-permissions/${other}/${another}/amq.topic`, gone],
  ['a queue in a vhost', `queues/${other}/new`, gone],
  ['an exchange in a vhost', `exchanges/${other}/new`, gone],
  ['a new policy in a vhost', `policies/${other}/new`, gone],
  ['a changed policy in a vhost', `policies/${other}/old`, gone],
  ['an operator policy in a vhost', `operator-policies/${other}/new`, gone],
  ['a parameter in a vhost', `parameters/federation-upstream/${other}/new`, gone],
];

const yaml = `vhosts: [{ name: ${vhost}.first }]
queues: [{ vhost: ${other}, name: new }]
exchanges: [{ vhost: ${other}, name: new, type: direct }]
bindings:
  - { vhost: ${vhost}, source: from, destination: kept }
  - { vhost: ${vhost}, source: amq.direct, destination: to }
  - { vhost: ${vhost}, source: amq.direct, destination: end, destination_type: exchange }
permissions:
  - { vhost: ${vhost}, user: ${user}, configure: '.*', write: '.*', read: '.*' }
  - { vhost: ${other}, user: ${another}, configure: '.*', write: '.*', read: x }
topic_permissions:
  - { vhost: ${vhost}, user: ${user}, exchange: amq.topic, write: x, read: x }
  - { vhost: ${other}, user: ${another}, exchange: amq.topic, write: x, read: x }
policies:
  - { vhost: ${other}, name: new, pattern: ^none, definition: { max-length: 6 } }
  - { vhost: ${other}, name: old, pattern: ^none, definition: { max-length: 6 } }
operator_policies: [{ vhost: ${other}, name: new, pattern: ^none, definition: { max-length: 6 } }]
parameters:
  - { vhost: ${other}, component: federation-upstream, name: new, value: { uri: 'amqp://new' } }
`;

interface Outcome {
  readonly address: string;
  readonly kind: string;
  readonly reason?: string;
  readonly hint?: string;
}

let outcomes: ReadonlyMap<string, Outcome>;
beforeAll(async () => {
  await api('PUT', `vhosts/${other}`);
  await api('PUT', `permissions/${other}/${broker.username}`, everything);
  for (const name of [user, another])
    await api('PUT', `users/${name}`, { tags: '', password: 'p' });
  for (const name of ['from', 'end'])
    await api('PUT', `exchanges/${vhost}/${name}`, { type: 'direct' });
  for (const name of ['kept', 'to']) await api('PUT', `queues/${vhost}/${name}`, { durable: true });
  await api('PUT', `policies/${other}/old`, { pattern: '^none', definition: { 'max-length': 5 } });
  await api('PUT', `vhost-limits/${other}/max-queues`, { value: 0 });

  let isFirst = true;
  const gateway = await openGateway({
    fault: 'a cut',
    reaches: true,
    when: async ({ method, path }) => {
      if (method === 'GET' || path.includes('/topo.lock') || !isFirst) return false;
      isFirst = false;
      for (const one of new Set(needs.map(([, , need]) => need))) await api('DELETE', one);
      return false;
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'topo-needs-'));
  await writeFile(join(folder, 'topology.yaml'), yaml);
  const { code, out, err } = await callTopo(['apply', '--yes', '--format', 'json'], folder, {
    ...env,
    RABBITMQ_ENDPOINT: gateway.endpoint,
  });
  gateway.close();
  await rm(folder, { recursive: true });
  expect(code, out + err).toBe(exit.partial);
  const found = (JSON.parse(out) as { outcomes: Outcome[] }).outcomes;
  outcomes = new Map(found.map((one) => [one.address, one]));
});
afterAll(async () => {
  await api('DELETE', `vhosts/${vhost}.first`);
  await api('DELETE', `users/${another}`);
});

test.each(needs)('%s that has gone is stale', (_, address, need) => {
  expect(outcomes.get(address)).toMatchObject({
    kind: 'stale',
    reason: `${address}: ${need} has gone since planning`,
    hint: 'plan again: another run may have deleted it',
  });
});
