// Messages without RabbitMQ or without Erlang, which the test hides in a mount namespace of its
// own.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const hide = ['-rm', 'mount', '--bind', '/dev/null', '/dev/zero'];
const canHide = spawnSync('unshare', hide).status === 0;

/** What packages bring, hidden behind /dev/null, which can't be run. */
const script = `
for file in $HIDDEN; do
  if test -e "$file"; then mount --bind /dev/null "$file"; fi
done
PATH=/nowhere exec "$@"
`;
const servers = ['/usr/lib/rabbitmq/bin', '/home/linuxbrew/.linuxbrew/opt/rabbitmq/sbin'];
const mappers = [
  '/usr/bin',
  '/usr/lib/erlang/bin',
  '/usr/local/bin',
  '/home/linuxbrew/.linuxbrew/bin',
];

async function startWithout(hidden: readonly string[], env: Record<string, string> = {}) {
  const cwd = await mkdtemp(join(tmpdir(), 'topo-hidden-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  const args = ['-rm', 'sh', '-euc', script, 'sh', process.execPath, main, 'sandbox', 'start'];
  const { status, stderr } = spawnSync('unshare', args, {
    cwd,
    env: { PATH: process.env['PATH'], HIDDEN: hidden.join(' '), ...env },
    encoding: 'utf8',
  });
  return { status, stderr };
}

test.skipIf(!canHide)('without RabbitMQ, a start says how to get it', async () => {
  const hidden = servers.map((folder) => `${folder}/rabbitmq-server`);
  expect(await startWithout(hidden)).toEqual({
    status: 1,
    stderr: `error: RabbitMQ was not found here, and --install was not given
  hint: topo sandbox start --install installs it where it can; else install the package rabbitmq-server (Debian, Ubuntu, Fedora) or rabbitmq (Homebrew, Arch), or start Docker
`,
  });
});

test.skipIf(!canHide)(
  'a RabbitMQ without the epmd of its Erlang is told where to put it',
  async () => {
    const hidden = mappers.map((folder) => `${folder}/epmd`);
    const server = process.execPath;
    expect(await startWithout(hidden, { TOPO_RABBITMQ_SERVER: server })).toEqual({
      status: 1,
      stderr: `error: ${server} exists, but Erlang's epmd was not found
  hint: put the folder of epmd, usually erts-…/bin of the Erlang installation, on the PATH
`,
    });
  },
);
