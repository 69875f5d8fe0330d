// protected_from_deletion of a vhost: RabbitMQ has it since 4.0.6.
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { api, env } from '../broker.ts';
import { isBefore, version } from '../version.ts';
import { callTopo } from './topo.ts';

let folder: string;
let vhost: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-protection-'));
  vhost = `test-${randomUUID()}`;
});

afterEach(async () => {
  await rm(folder, { recursive: true });
  if ((await find()) === undefined) return;
  if (!isBefore(4, 1)) await api('DELETE', `vhosts/${vhost}/deletion/protection`);
  await api('DELETE', `vhosts/${vhost}`);
});

const topo = (...args: string[]) => callTopo(args, folder, env);
const declare = (more: string) =>
  writeFile(join(folder, 'topology.yaml'), `vhosts:\n  - { name: ${vhost}, ${more} }\n`);

interface Found {
  readonly name: string;
  readonly protected_from_deletion?: boolean;
}

async function find(): Promise<Found | undefined> {
  const found = (await api('GET', 'vhosts')) as Found[];
  return found.find(({ name }) => name === vhost);
}

const inSync = async () => (await topo('plan', '--detailed-exitcode')).code === 0;

describe.runIf(isBefore(4, 1))('a version that knows none', () => {
  test('is told before the first write', async () => {
    await declare('protected_from_deletion: true');
    const ended = await topo('apply', '--yes');
    expect(ended).toMatchObject({ code: 3 });
    const { err } = ended;
    expect(err).toContain(`topology.yaml:2:`);
    expect(err).toContain(`RabbitMQ ${version} refuses protected_from_deletion`);
    expect(err).toContain('upgrade to 4.0.6 or newer');
    expect(await find()).toBeUndefined();
  });

  test('takes false: it protects nothing', async () => {
    await declare('protected_from_deletion: false');
    expect(await topo('apply', '--yes')).toMatchObject({ code: 0 });
    expect(await inSync()).toBe(true);
    expect(await topo('destroy', '--yes')).toMatchObject({ code: 0 });
  });
});

describe.skipIf(isBefore(4, 1))('a version that knows it', () => {
  test('creates, changes and exports it', async () => {
    await declare('protected_from_deletion: true');
    const created = await topo('apply', '--yes');
    expect(created).toMatchObject({ code: 0 });
    expect(created.out).toContain('protected from deletion');
    expect(await find()).toMatchObject({ protected_from_deletion: true });
    expect(await inSync()).toBe(true);
    const definitions = JSON.parse(
      (await topo('render', '--format', 'definitions')).out,
    ) as unknown;
    expect(definitions).toMatchObject({
      vhosts: [{ metadata: { protected_from_deletion: true } }],
    });
    await declare('protected_from_deletion: false');
    expect(await topo('export', '--into', 'topology.yaml')).toMatchObject({ code: 0 });
    expect(await inSync()).toBe(true);
    const exported = await readFile(join(folder, 'topology.yaml'), 'utf8');
    expect(exported).toContain('protected_from_deletion: true');
    await declare('protected_from_deletion: true, description: Orders');
    expect(await topo('apply', '--yes')).toMatchObject({ code: 0 });
    expect(await find()).toMatchObject({ description: 'Orders', protected_from_deletion: true });
    await declare('protected_from_deletion: false');
    const changed = await topo('apply', '--yes');
    expect(changed).toMatchObject({ code: 0 });
    expect(changed.out).toContain('protected_from_deletion true → false');
    expect(await find()).toMatchObject({ protected_from_deletion: false });
  });

  test('reads it from the metadata of an export', async () => {
    await declare('metadata: { protected_from_deletion: true }');
    expect(await topo('apply', '--yes')).toMatchObject({ code: 0 });
    expect(await find()).toMatchObject({ protected_from_deletion: true });
    expect(await inSync()).toBe(true);
  });

  test('keeps it where the file leaves it out', async () => {
    await declare('protected_from_deletion: true');
    await topo('apply', '--yes');
    await declare('description: Orders');
    expect(await topo('apply', '--yes')).toMatchObject({ code: 0 });
    expect(await find()).toMatchObject({ description: 'Orders', protected_from_deletion: true });
  });

  test('refuses to delete the vhost, and what is in it, before the first write', async () => {
    await declare('protected_from_deletion: true');
    await topo('apply', '--yes');
    await api('PUT', `queues/${vhost}/orders`, { durable: true });
    const refused = await topo('destroy', '--yes');
    expect(refused.code).toBe(4);
    expect(refused.out).toContain('refused: RabbitMQ protects it from deletion');
    expect(refused.out).toContain(
      `apply protected_from_deletion: false first, or rabbitmqctl disable_vhost_deletion_protection ${vhost}`,
    );
    expect(await api('GET', `queues/${vhost}?columns=name`)).toEqual([{ name: 'orders' }]);
    await declare('protected_from_deletion: false');
    await topo('apply', '--yes');
    expect(await topo('destroy', '--yes')).toMatchObject({ code: 0 });
    expect(await find()).toBeUndefined();
  });
});
