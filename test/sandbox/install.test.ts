import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { installRabbitmq } from '../../src/sandbox/install.ts';
import { sandboxRoot } from './root.ts';

const hint =
  'topo sandbox start --install installs it where it can; else install the package rabbitmq-server (Debian, Ubuntu, Fedora) or rabbitmq (Homebrew, Arch), or start Docker';

test('without apt, brew and Docker, the error says what to install', async () => {
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(installRabbitmq()).rejects.toMatchObject({
    name: 'SandboxError',
    message: 'topo knows no way to install RabbitMQ here',
    hint,
  });
});

test('a failed installation is reported with its last lines', async () => {
  const folder = await sandboxRoot();
  const brew = `#!/bin/sh
test "$1" = --version && exit
for line in 1 2 3 4 5 6 7; do echo "line $line"; done
exit 1
`;
  await writeFile(join(folder, 'brew'), brew);
  await chmod(join(folder, 'brew'), 0o755);
  vi.stubEnv('PATH', folder);
  onTestFinished(() => void vi.unstubAllEnvs());
  const said: string[] = [];
  await expect(installRabbitmq((line) => said.push(line))).rejects.toMatchObject({
    name: 'SandboxError',
    message: 'brew did not install RabbitMQ:\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7',
    hint,
  });
  expect(said).toEqual(['installing RabbitMQ with brew']);
});
