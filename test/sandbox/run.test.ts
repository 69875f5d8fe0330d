import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startCommand } from './command.ts';
import { sandboxRoot } from './root.ts';

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
