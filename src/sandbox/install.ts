// Installs RabbitMQ with what the machine has: apt, Homebrew, or Docker for an image of it.
import { runCommand } from './command.ts';
import { image } from './docker.ts';
import { SandboxError } from './error.ts';
import { findRabbitmq, type Installation } from './find.ts';

type Progress = (line: string) => void;

/** A way to get RabbitMQ, and whether it works on this machine. */
interface Way {
  readonly label: string;
  isPossible(): Promise<boolean>;
  readonly command: readonly [string, ...string[]];
  find(): Promise<Installation | undefined>;
}

/**
 * Runs as root in one shell, so that the policy is always lifted again: while it stands, packages
 * start no service. A system node would listen on all addresses, so keep it from starting at the
 * next boot, too.
 */
const aptScript = `
set -eu
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if (set -C; printf '#!/bin/sh\\nexit 101\\n' > $policy) 2>/dev/null; then
  trap 'rm -f $policy' EXIT
  trap 'exit 1' HUP INT TERM
  chmod 755 $policy
fi
install() {
  apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends rabbitmq-server
}
install || { apt-get update && install; }
if command -v systemctl >/dev/null; then systemctl disable rabbitmq-server || true; fi
`;

const local = (): Promise<Installation | undefined> => findRabbitmq(process.env);
const isRoot = process.getuid?.() === 0;

const ways: readonly Way[] = [
  {
    label: 'apt-get',
    isPossible: async () => (await works('apt-get', '--version')) && isRoot,
    command: ['sh', '-c', aptScript],
    find: local,
  },
  {
    label: 'sudo apt-get',
    isPossible: async () =>
      (await works('apt-get', '--version')) && (await works('sudo', '-n', 'true')),
    command: ['sudo', '-n', 'sh', '-c', aptScript],
    find: local,
  },
  {
    label: 'brew',
    isPossible: () => works('brew', '--version'),
    command: ['brew', 'install', 'rabbitmq'],
    find: local,
  },
  {
    label: 'Docker',
    isPossible: () => works('docker', 'version', '--format', '{{.Server.Version}}'),
    command: ['docker', 'pull', '--quiet', image],
    find: () => Promise.resolve({ kind: 'docker' }),
  },
];

export async function installRabbitmq(progress: Progress = () => undefined): Promise<Installation> {
  for (const way of ways) {
    if (await way.isPossible()) return install(way, progress);
  }
  throw notInstalled('topo knows no way to install RabbitMQ here');
}

async function install(way: Way, progress: Progress): Promise<Installation> {
  progress(`installing RabbitMQ with ${way.label}`);
  const [program, ...args] = way.command;
  const { ok, output } = await runCommand(program, args);
  const installation = ok ? await way.find() : undefined;
  if (installation !== undefined) return installation;
  throw notInstalled(
    `${way.label} did not install RabbitMQ:\n${output.split('\n').slice(-6).join('\n')}`,
  );
}

const works = async (program: string, ...args: string[]): Promise<boolean> =>
  (await runCommand(program, args)).ok;

/** Also for a start without --install. */
export const notInstalled = (message: string): SandboxError =>
  new SandboxError(message, {
    hint: 'topo sandbox start --install installs it where it can; else install the package rabbitmq-server (Debian, Ubuntu, Fedora) or rabbitmq (Homebrew, Arch), or start Docker',
  });
