// AMQP that refuses a user is not a closed port: plan and apply say who was refused and why before
// they take the slower way.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { callTopo } from './topo.ts';

const user = `ci-${randomUUID()}`;
const all = { configure: '.*', write: '.*', read: '.*' };
let folder = '';
let vhost = '';
let other = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-refused-'));
  [vhost, other] = [await freshVhost(), await freshVhost()];
  await api('PUT', `users/${user}`, { password: 'sesame', tags: 'management' });
  await writeFile(
    join(folder, 'topology.yaml'),
    `vhost: ${vhost}\nqueues: [{ name: q, arguments: { x-max-length: 5 } }]\n`,
  );
});
afterAll(async () => {
  await api('DELETE', `users/${user}`);
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await api('DELETE', `queues/${vhost}/q`).catch(() => undefined);
  await api('PUT', `queues/${vhost}/q`, { durable: true });
});

const { hostname, port } = new URL(broker.amqpUrl);
const amqp = `${hostname}:${port}`;
const topo = (verb: string, url: string, ...flags: string[]) =>
  callTopo([verb, ...flags], folder, {
    RABBITMQ_ENDPOINT: broker.endpoint,
    RABBITMQ_USERNAME: broker.username,
    RABBITMQ_PASSWORD: broker.password,
    AMQP_URL: url,
  });
const over = 'topo uses HTTP instead, which is slower and less certain, or refuses the step';

interface Row {
  readonly name: string;
  readonly url: string;
  readonly arrange?: () => Promise<unknown>;
  readonly warning: string;
}

const rows: Row[] = [
  {
    name: 'a wrong password',
    url: `amqp://${user}:wrong@${amqp}`,
    warning: `AMQP: the broker at ${amqp} (as AMQP_URL says) refused user ${user} (403): the user or the password is wrong; ${over}`,
  },
  {
    name: 'a vhost that is closed to the user',
    url: `amqp://${user}:sesame@${amqp}`,
    arrange: () => api('PUT', `permissions/${other}/${user}`, all),
    warning: `AMQP: the broker at ${amqp} (as AMQP_URL says) refused user ${user} (530): vhost VHOST is not there, is closed to the user, or a limit of connections is reached; ${over}`,
  },
  {
    name: 'a user that may have no connections',
    url: `amqp://${user}:sesame@${amqp}`,
    arrange: async () => {
      await api('PUT', `permissions/${vhost}/${user}`, all);
      await api('PUT', `user-limits/${user}/max-connections`, { value: 0 });
    },
    warning: `AMQP: the broker at ${amqp} (as AMQP_URL says) refused user ${user} (530): vhost VHOST is not there, is closed to the user, or a limit of connections is reached; ${over}`,
  },
  {
    name: 'a port that speaks no TLS',
    url: `amqps://${user}:sesame@${amqp}`,
    warning: `AMQP: the broker at ${amqp} (as AMQP_URL says): `,
  },
];

test.each(rows)('plan and apply report $name', async ({ url, arrange, warning }) => {
  await arrange?.();
  const planned = await topo('plan', url, '--out', 'plan.json');
  const told = `warning: ${warning.replace('VHOST', JSON.stringify(vhost))}`;
  expect(planned.out).toContain(told);
  expect(planned.out).toContain('and three round trips, as AMQP is refused');
  const applied = await topo('apply', url, 'plan.json', '--yes');
  expect(applied.out).toContain(told);
  expect(applied.out.split(over)).toHaveLength(2);
  expect(applied.err).not.toContain('warning: AMQP: ');
  expect(applied.code).toBe(0);
});

test('a saved plan warns of a refusal today, in Markdown too', async () => {
  const closed = `amqp://${user}:sesame@${amqp}`;
  await topo('plan', closed, '--out', 'plan.json');
  const shown = await topo('show', closed, 'plan.json', '--format', 'markdown');
  expect(shown.out).toContain(`> warning: AMQP: the broker at \`${amqp}\` (as \`AMQP_URL\` says)`);
  expect(shown.out).toContain(` refused user \`${user}\` (530): vhost \`"${vhost}"\` `);
  const { out } = await topo('apply', broker.amqpUrl, 'plan.json', '--yes');
  expect(out).not.toContain('warning');
  expect(out).toContain('(over AMQP in one go)');
});

test('a port where nothing listens is out of reach, not a refusal', async () => {
  const { out } = await topo('plan', 'amqp://127.0.0.1:1');
  expect(out).toContain('as AMQP is out of reach');
  expect(out).not.toContain('warning');
});
