import { expect, onTestFinished, test, vi } from 'vitest';
import { installRabbitmq } from '../../src/sandbox/install.ts';

test('a machine with neither apt nor brew nor Docker is told what to install', async () => {
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(installRabbitmq()).rejects.toMatchObject({
    name: 'SandboxError',
    message: 'topo knows no way to install RabbitMQ here',
    hint: 'topo sandbox start --install installs it where it can; else install the package rabbitmq-server (Debian, Ubuntu, Fedora) or rabbitmq (Homebrew, Arch), or start Docker',
  });
});
