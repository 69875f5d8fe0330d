// A file that an export brings up to date is whole at every moment: the old one or the new one.
import { execFile } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { runTopo } from './topo.ts';

const env = {
  PATH: process.env['PATH'] ?? '',
  RABBITMQ_ENDPOINT: broker.endpoint,
  RABBITMQ_USERNAME: broker.username,
  RABBITMQ_PASSWORD: broker.password,
  AMQP_URL: broker.amqpUrl,
};
const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
let vhost = '';
let before = '';
let folder = '';
beforeAll(async () => {
  vhost = await freshVhost();
  await api('PUT', `queues/${vhost}/new`, { durable: true });
  before = `vhost: ${vhost}\nmanage: all\n${'# a comment\n'.repeat(1_000)}`;
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-into-'));
  await writeFile(join(folder, 'topology.yaml'), before);
});
afterEach(() => rm(folder, { recursive: true }));

const written = () => readFile(join(folder, 'topology.yaml'), 'utf8');

test('where there is no room, the old one stays', async () => {
  // No file may become longer than 1 KiB; /dev/null takes what is printed.
  const script = 'ulimit -f 1; exec "$@" > /dev/null';
  const args = ['-c', script, 'bash', process.execPath, main, 'export', '--into', 'topology.yaml'];
  const failed = await new Promise((resolve) =>
    execFile('bash', args, { cwd: folder, env }, resolve),
  );
  expect(failed).toBeInstanceOf(Error);
  expect(await written()).toBe(before);
});

test('with room, it is new, with the mode and the link that it had', async () => {
  await chmod(join(folder, 'topology.yaml'), 0o640);
  await symlink('topology.yaml', join(folder, 'link.yaml'));
  expect(await runTopo(['export', '--into', 'link.yaml'], folder, env)).toMatchObject({ code: 0 });
  expect(await written()).toContain('name: new');
  expect((await stat(join(folder, 'topology.yaml'))).mode & 0o777).toBe(0o640);
  expect((await lstat(join(folder, 'link.yaml'))).isSymbolicLink()).toBe(true);
  expect(await readdir(folder)).toEqual(['link.yaml', 'topology.yaml']);
});
