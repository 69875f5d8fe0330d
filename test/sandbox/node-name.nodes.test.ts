// A sandbox is known by its node's name: to clients, to plans, and to its own data.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readSandbox } from '../../src/sandbox/record.ts';
import { endpointOf, nodeNameOf, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox, stopSandbox } from '../../src/sandbox/stop.ts';
import { api } from '../broker.ts';
import { readInstallation, sandboxRoot } from './root.ts';

const nobody = { pid: 0, since: '' };
const ports = { amqp: 0, management: 0, dist: 0, epmd: 0 };

test('sandboxes of one name in two folders are told apart', () => {
  expect(nodeNameOf('/home/a/.topo/demo')).toMatch(/^topo-demo-[0-9a-f]{8}@localhost$/);
  expect(nodeNameOf('/home/b/.topo/demo')).not.toBe(nodeNameOf('/home/a/.topo/demo'));
});

test('a sandbox has the same name after a restart, and its cluster is called after it', async () => {
  const sandbox = await start(await sandboxRoot());
  const before = await readNames(sandbox);
  const cluster = nodeNameOf(sandbox.folder).replace('localhost', '');
  expect(before.node).toBe(nodeNameOf(sandbox.folder));
  expect(before.cluster_name).toContain(cluster);
  await stopSandbox(sandbox);
  expect(await readNames(await start(dirname(sandbox.folder)))).toEqual(before);
});

test('a sandbox from before keeps the name that its data is bound to', async () => {
  const root = await sandboxRoot();
  await writeFormerRecord(join(root, 'demo'), { kind: 'local', node: nobody, epmd: nobody });
  const sandbox = await start(root);
  expect(await readNames(sandbox)).toMatchObject({ node: 'topo-demo@localhost' });
  expect(await readSandbox(sandbox.folder)).toMatchObject({ nodeName: 'topo-demo@localhost' });
});

test('so does one in a container', async () => {
  const folder = join(await sandboxRoot(), 'demo');
  await writeFormerRecord(folder, { kind: 'docker', container: 'topo-demo-0' });
  expect(await readSandbox(folder)).toMatchObject({ nodeName: 'rabbit@localhost' });
});

async function start(root: string): Promise<Sandbox> {
  const sandbox = await startSandbox({
    root,
    name: 'demo',
    installation: await readInstallation(),
  });
  onTestFinished(() => deleteSandbox(sandbox));
  return sandbox;
}

async function writeFormerRecord(folder: string, runner: object): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  const record = { ports, runner, desired: 'stopped' };
  await writeFile(join(folder, 'sandbox.json'), JSON.stringify(record));
}

async function readNames(sandbox: Sandbox): Promise<{ node: string; cluster_name: string }> {
  const overview = await api('GET', 'overview', undefined, endpointOf(sandbox));
  const { node, cluster_name } = overview as { node: string; cluster_name: string };
  return { node, cluster_name };
}
