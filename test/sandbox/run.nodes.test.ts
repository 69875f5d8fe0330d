import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readSandbox } from '../../src/sandbox/record.ts';
import { runInSandbox } from '../../src/sandbox/run.ts';
import { readState } from '../../src/sandbox/runner.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox } from '../../src/sandbox/stop.ts';
import { startCommand } from './command.ts';
import { readInstallation, sandboxRoot } from './root.ts';

/** Asks for the vhost `kept`, by the method that its argument names, and fails where the broker does. */
const askForVhost = `
  const { RABBITMQ_ENDPOINT, RABBITMQ_USERNAME, RABBITMQ_PASSWORD } = process.env;
  const authorization = 'Basic ' + btoa(RABBITMQ_USERNAME + ':' + RABBITMQ_PASSWORD);
  fetch(RABBITMQ_ENDPOINT + '/api/vhosts/kept', { method: process.argv[1], headers: { authorization } })
    .then(({ ok }) => process.exit(ok ? 0 : 1));
`;

/** Asks the broker that the environment names who it is, and then waits for its end. */
const program = `
  process.on('SIGTERM', () => process.exit(7));
  setTimeout(() => undefined, 30_000);
  const { RABBITMQ_ENDPOINT, RABBITMQ_USERNAME, RABBITMQ_PASSWORD } = process.env;
  const authorization = 'Basic ' + btoa(RABBITMQ_USERNAME + ':' + RABBITMQ_PASSWORD);
  fetch(RABBITMQ_ENDPOINT + '/api/whoami', { headers: { authorization } })
    .then((answer) => answer.json())
    .then(({ name }) => console.log('I am ' + name));
`;

/** Of the first Node tells by an event, of the others by throwing. */
const notThere = [
  ['/nowhere/program', 'ENOENT'],
  ['/dev/null/program', 'ENOTDIR'],
  ['', 'ERR_INVALID_ARG_VALUE'],
] as const;

test('a command run in a sandbox gets its environment and signals, and its exit code comes back', async () => {
  const root = await sandboxRoot();
  const command = startCommand('run', root, process.execPath, '-e', program);
  const ended = once(command, 'exit');
  const said = (await once(command.stdout ?? command, 'data')) as [Buffer];
  expect(said.toString()).toBe('I am guest\n');
  command.kill('SIGTERM');
  expect(await ended).toEqual([7, null]);
  expect(existsSync(root)).toBe(false);
});

test('a sandbox that has a name is left as it was found, with its data', async () => {
  const options = {
    root: await sandboxRoot(),
    name: 'mine',
    installation: await readInstallation(),
  };
  const folder = join(options.root, options.name);
  onTestFinished(() => deleteSandbox({ folder }));
  const run = (method: string) =>
    runInSandbox(process.execPath, ['-e', askForVhost, method], options);
  const state = async () => {
    const sandbox = await readSandbox(folder);
    return sandbox && readState(sandbox);
  };
  expect(await run('PUT')).toBe(0);
  expect(await state()).toBe('stopped');
  await startSandbox(options);
  expect(await run('GET')).toBe(0);
  for (const [command, code] of notThere) {
    await expect(runInSandbox(command, [], options)).rejects.toMatchObject({
      message: `${command} can't be run: ${code}`,
      hint: 'name a program that is there and may be run',
    });
  }
  expect(await state()).toBe('running');
});
