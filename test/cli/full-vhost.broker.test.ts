// Queues are replaced in vhosts that hold as many queues as they may, or more.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, env, freshVhost } from '../broker.ts';
import { callTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-full-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Rows = { name: string; type: string; destination: string }[];
const list = async (path: string) => (await api('GET', path)) as Rows;
const queuesIn = async (vhost: string): Promise<string[]> =>
  (await list(`queues/${vhost}`)).map(({ name, type }) => `${name} ${type}`).sort();
const boundIn = async (vhost: string): Promise<string[]> =>
  (await list(`exchanges/${vhost}/amq.direct/bindings/source`))
    .map(({ destination }) => destination)
    .sort();

/** Binds classic queues of these names. */
async function arrange(vhost: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await api('PUT', `queues/${vhost}/${name}`, { durable: true });
    await api('POST', `bindings/${vhost}/e/amq.direct/q/${name}`, { routing_key: 'k' });
  }
}

async function apply(yaml: string) {
  const file = join(folder, 'topology.yaml');
  await writeFile(file, yaml);
  return callTopo(['apply', file, '--yes', '--allow-deletes', '20'], folder, env);
}

test('a limit that the same plan sets costs no queue, though topo keeps a record of its own', async () => {
  const vhost = await freshVhost();
  await arrange(vhost, ['q']);
  const yaml = `vhost: ${vhost}
vhosts: [{ name: ${vhost}, limits: { max-queues: 2 } }]
queues: [{ name: q, type: quorum }, { name: q2 }]
`;
  const first = await apply(yaml);
  expect(first.code, first.out).toBe(exit.partial);
  expect(await queuesIn(vhost)).toEqual(['q quorum']);
  expect(await boundIn(vhost)).toEqual(['q']);
  const { code, out } = await apply(yaml);
  expect(code, out).toBe(exit.done);
  expect(await queuesIn(vhost)).toEqual(['q quorum', 'q2 classic']);
});

test('a limit that is lower than the number of queues leaves the old one as it is', async () => {
  const vhost = await freshVhost();
  await arrange(vhost, ['q', 'theirs']);
  await api('PUT', `vhost-limits/${vhost}/max-queues`, { value: 1 });
  for (const queue of ['{ name: q, type: quorum }', '{ name: q, durable: false }']) {
    const { code, out } = await apply(`vhost: ${vhost}\nqueues: [${queue}]\n`);
    expect(code, out).toBe(exit.error);
    expect(out).toContain('raise the limit, or delete other queues');
    expect(await queuesIn(vhost)).toEqual(['q classic', 'theirs classic']);
    expect(await boundIn(vhost)).toEqual(['q', 'theirs']);
  }
});

test('queues that are created fill the vhost, and those that are replaced keep their places', async () => {
  const vhost = await freshVhost();
  const old = Array.from({ length: 10 }, (_, n) => `old${n}`);
  await arrange(vhost, old);
  await api('PUT', `vhost-limits/${vhost}/max-queues`, { value: 15 });
  const entries = [...old.map((name) => `{ name: ${name}, type: quorum }`)];
  for (let n = 0; n < 10; n++) entries.push(`{ name: new${n} }`);
  const { code, out } = await apply(`vhost: ${vhost}\nqueues: [${entries.join(', ')}]\n`);
  expect(code, out).toBe(exit.partial);
  const names = (await queuesIn(vhost)).map((one) => one.split(' ')[0]);
  expect(names).toEqual(expect.arrayContaining(old));
  expect(await boundIn(vhost)).toEqual(old);
});
