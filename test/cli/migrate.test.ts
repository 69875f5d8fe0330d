// topo migrate without a broker: files, environments, and what ends it before it writes anything.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callTopo } from './topo.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-migrate-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
const read = (name = 'topology.yaml') => readFile(join(folder, name), 'utf8');
const migrate = (...args: readonly string[]) =>
  callTopo(['migrate', '--to', 'quorum', '--offline', '--yes', ...args], folder, {});

test('a queue that an overlay changes stays, and the rest goes', async () => {
  await write({
    'topology.yaml': 'queues:\n  - { name: a }\n  - { name: b }\n',
    'environments/prod.yaml':
      'overlays:\n  queues:\n    - { name: a, arguments: { x-max-priority: 5 } }\n',
  });
  const { code, out } = await migrate('--environment', 'prod');
  expect(code).toBe(0);
  expect(out).toContain(
    'environments/prod.yaml:3 changes the queue for this environment [overlaid]',
  );
  expect(out).toContain('Migrate: 1 queue becomes a quorum queue · 1 stays classic');
  expect(await read()).toBe(
    'queues:\n  - { name: a }\n  - { name: b, arguments: { x-queue-type: quorum } }\n',
  );
});

test('a file of an environment is one of the files', async () => {
  await write({
    'topology.yaml': 'exchanges:\n  - { name: e, type: fanout }\n',
    'environments/prod.yaml': 'files: [../more.yaml]\n',
    'more.yaml': 'queues:\n  - { name: c }\n',
  });
  expect(await migrate('--environment', 'prod')).toMatchObject({ code: 0 });
  expect(await read('more.yaml')).toContain('x-queue-type: quorum');
});

test('a vhost whose default type is quorum has quorum queues already', async () => {
  await write({
    'topology.yaml':
      'vhost: shop\nvhosts:\n  - { name: shop, default_queue_type: quorum }\nqueues:\n  - { name: a }\n',
  });
  const { out } = await migrate();
  expect(out).toContain('Migrate: 0 queues become quorum queues · 1 already is');
});

test('a file of thousands of queues is changed within seconds', async () => {
  const entries = Array.from({ length: 2_000 }, (_, n) => `  - { name: q_${n} }\n`);
  await write({ 'topology.yaml': `queues:\n${entries.join('')}` });
  const { code, out } = await migrate();
  expect(code).toBe(0);
  expect(out).toContain('topology.yaml: more lines change than can be shown here');
  expect(out).toContain('Migrate: 2,000 queues become quorum queues');
});

const kept: [title: string, text: string, error: string][] = [
  ['anchors', 'queues:\n  - &a { name: a }\n', 'uses anchors and aliases'],
  ['a file that is wrong', 'queues:\n  - { name: a, durabel: true }\n', 'durabel'],
];
test.each(kept)('%s end it, and nothing is written', async (_, text, error) => {
  await write({ 'topology.yaml': text });
  const { code, err } = await migrate();
  expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining(error) as string });
  expect(await read()).toBe(text);
});

test('without --yes and a terminal, nothing is written', async () => {
  await write({ 'topology.yaml': 'queues:\n  - { name: a }\n' });
  const { code, out, err } = await callTopo(
    ['migrate', '--to', 'quorum', '--offline', '--format', 'json'],
    folder,
    {},
  );
  expect(code).toBe(4);
  expect(err).toContain('without a terminal, migrate needs --yes: nothing was written');
  expect(JSON.parse(out)).toMatchObject({ written: false, going: ['queues/%2F/a'] });
  expect(await read()).not.toContain('quorum');
});
