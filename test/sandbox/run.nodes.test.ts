// Runs a command in a temporary sandbox. On the way, another program takes a port that was picked.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSandboxes } from '../../src/sandbox/record.ts';
import { readState, type State } from '../../src/sandbox/runner.ts';
import { nodeNameOf, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { startCommand } from './command.ts';
import { readInstallation, sandboxRoot } from './root.ts';

/** Asks the broker that the environment names who it is, and then waits for its end. */
const program = `
  process.on('SIGTERM', () => process.exit(7));
  setTimeout(() => undefined, 30_000);
  const { RABBITMQ_ENDPOINT, RABBITMQ_USERNAME, RABBITMQ_PASSWORD } = process.env;
  const authorization = 'Basic ' + btoa(RABBITMQ_USERNAME + ':' + RABBITMQ_PASSWORD);
  const ask = (path) => fetch(RABBITMQ_ENDPOINT + path, { headers: { authorization } }).then((answer) => answer.json());
  const asGuest = { authorization: 'Basic ' + btoa('guest:guest') };
  const guest = fetch(RABBITMQ_ENDPOINT + '/api/whoami', { headers: asGuest }).then(({ status }) => status);
  Promise.all([ask('/api/whoami'), ask('/api/overview'), guest])
    .then(([{ name }, { node, cluster_name }, guest]) => console.log(JSON.stringify({ name, node, cluster_name, guest })));
`;

/** At the first call another one is quicker to listen on the port that was picked. */
const renderMapper = (epmd: string, thief: string): string => `#!/bin/sh
if ! test -e '${thief}'; then
  '${epmd}' &
  echo $! $ERL_EPMD_PORT > '${thief}'
  until '${epmd}' -names; do :; done
fi
exec '${epmd}'
`;

let root: string;
let folder: string;
let sandbox: Sandbox;
let state: State;
let said: unknown;
let ended: unknown;
const readThief = async () =>
  (await readFile(join(folder, 'thief'), 'utf8')).split(' ').map(Number);
beforeAll(async () => {
  root = await sandboxRoot();
  folder = await mkdtemp(join(tmpdir(), 'topo-epmd-'));
  const found = await readInstallation();
  if (found.kind !== 'local') throw new Error('this test is about processes');
  await writeFile(join(folder, 'epmd'), renderMapper(found.epmd, join(folder, 'thief')));
  await chmod(join(folder, 'epmd'), 0o755);
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
  const command = startCommand(['run', root, process.execPath, '-e', program], env);
  const exit = once(command, 'exit');
  const [line] = (await once(createInterface(command.stdout ?? expect.unreachable()), 'line')) as [
    string,
  ];
  said = JSON.parse(line);
  sandbox = (await readSandboxes(root))[0] ?? expect.unreachable();
  state = await readState(sandbox);
  command.kill('SIGTERM');
  ended = await exit;
}, 120_000);
afterAll(async () => {
  const [thief = 0] = await readThief();
  process.kill(thief);
  await rm(folder, { recursive: true });
});

test('the command gets the environment of the sandbox and signals, and its exit code comes back', () => {
  expect(said).toMatchObject({ name: 'guest' });
  expect(ended).toEqual([7, null]);
  expect(existsSync(root)).toBe(false);
});

test('no one can log in without the password', () => {
  expect(said).toMatchObject({ guest: 401 });
  expect(sandbox.password).toMatch(/^[0-9a-f]{48}$/);
});

test('its node is named after its folder, and its cluster after the node', () => {
  const node = nodeNameOf(sandbox.folder);
  const cluster_name = expect.stringContaining(node.replace('localhost', '')) as string;
  expect(said).toMatchObject({ node, cluster_name });
});

test('a port that is taken between picking and listening is replaced', async () => {
  const [, snatched] = await readThief();
  expect(snatched).toBeGreaterThan(0);
  expect(sandbox.ports.epmd).not.toBe(snatched);
  expect(state).toBe('running');
});
