// Finds the RabbitMQ releases that tests run against: this machine's own, and those of other
// Debians, which scripts/rabbitmq-of-debian.sh unpacks.
import { execFile } from 'node:child_process';
import { access, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findRabbitmq } from '../../src/sandbox/find.ts';
import { installRabbitmq } from '../../src/sandbox/install.ts';

export interface Release {
  /** Such as 4.3. */
  readonly minor: string;
  /** The Debian that has it. */
  readonly suite: string;
}

/** An unpacked or installed RabbitMQ. */
export interface Server {
  readonly version: string;
  /** Starts a node, as TOPO_RABBITMQ_SERVER. */
  readonly script: string;
}

export const releases: readonly Release[] = [
  { minor: '3.10', suite: 'bookworm' },
  { minor: '4.0', suite: 'trixie' },
  { minor: '4.3', suite: 'sid' },
];

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'topo-rabbitmq');

/** Undefined if the release has to be set up first. */
export async function findServer(release: Release): Promise<Server | undefined> {
  return (await findInstalled(release)) ?? findUnpacked(release);
}

export async function setUpServer(release: Release): Promise<Server> {
  const there = await findServer(release);
  if (there !== undefined) return there;
  await installOwn();
  const server = (await findInstalled(release)) ?? (await unpack(release));
  if (server !== undefined) return server;
  throw new Error(`Debian ${release.suite} was set up, but has no RabbitMQ`);
}

/** Sandboxes also need the machine's own Erlang. */
async function installOwn(): Promise<void> {
  if ((await findRabbitmq(process.env)) === undefined) await installRabbitmq();
}

async function findInstalled({ minor }: Release): Promise<Server | undefined> {
  const version = await readVersion('/');
  if (version?.startsWith(`${minor}.`) !== true) return undefined;
  return { version, script: '/usr/lib/rabbitmq/bin/rabbitmq-server' };
}

async function findUnpacked({ suite }: Release): Promise<Server | undefined> {
  const folder = join(cache, suite);
  const script = join(folder, 'topo-rabbitmq-server');
  const version = await readVersion(folder);
  if (version === undefined || process.getuid?.() !== 0) return undefined;
  const isWhole = await access(script).then(
    () => true,
    () => false,
  );
  return isWhole ? { version, script } : undefined;
}

async function unpack(release: Release): Promise<Server | undefined> {
  if (process.getuid?.() !== 0) {
    throw new Error(`RabbitMQ ${release.minor} is not here, and only root can set it up`);
  }
  const script = new URL('../../scripts/rabbitmq-of-debian.sh', import.meta.url).pathname;
  await promisify(execFile)(script, [release.suite, join(cache, release.suite)]);
  return findUnpacked(release);
}

/** Debian keeps each version in a folder of its name. */
async function readVersion(root: string): Promise<string | undefined> {
  const folders = await readdir(join(root, 'usr/lib/rabbitmq/lib')).catch(() => []);
  const prefix = 'rabbitmq_server-';
  return folders.find((name) => name.startsWith(prefix))?.slice(prefix.length);
}
