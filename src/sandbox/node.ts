// Starts a RabbitMQ node and the port mapper that it registers with, as our own processes.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { assertNoLink, hasOwnFile, readOwnFile } from '../disk/own-place.ts';
import { replaceFile } from '../disk/replace-file.ts';
import { kill, type ProcessId, readProcessId } from '../disk/pid.ts';
import { cannotRun } from './error.ts';
import { loopback, type Ports } from './ports.ts';
import { logOf, type Runner, type Site, username } from './sandbox.ts';

/**
 * A scheduler that runs out of work sleeps, where by default it would spin for a while. On two
 * cores, which the node shares with its clients, 534 tests take an eighth less time with it.
 */
const sleepAtOnce = '+sbwt none +sbwtdcpu none +sbwtdio none';

/** Limits the cookie, and the list of plugins. */
const mostBytes = 100_000;

/**
 * Writes the files that a node reads at its start. Keeps the cookie and the plugins of an earlier
 * start.
 */
async function writeNodeFiles({ folder, ports, password }: Site): Promise<void> {
  for (const name of ['conf.d', 'data']) await makeInnerFolder(join(folder, name));
  const files = new Map([
    ['rabbitmq.conf', renderConfiguration(ports, password)],
    ['advanced.config', '[].\n'],
    ['enabled_plugins', renderPlugins(await readPlugins(join(folder, 'enabled_plugins')))],
  ]);
  for (const [file, text] of files) await replaceFile(join(folder, file), text, { sync: true });
  const cookie = join(folder, '.erlang.cookie');
  if (!(await hasOwnFile(cookie, mostBytes))) {
    await replaceFile(cookie, randomBytes(24).toString('hex'), { sync: true, mode: 0o400 });
  }
}

/** RabbitMQ would follow a link. */
async function makeInnerFolder(path: string): Promise<void> {
  await assertNoLink(path);
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** The plugins that `rabbitmq-plugins` left enabled: a list of Erlang atoms. */
async function readPlugins(file: string): Promise<readonly string[]> {
  const text = (await readOwnFile(file, mostBytes)) ?? '';
  return text.replaceAll(/%.*/g, '').match(/'[^']*'|\w+/g) ?? [];
}

/** Without the management plugin, nothing shows that the node is up. */
const renderPlugins = (plugins: readonly string[]): string =>
  `[${[...new Set(['rabbitmq_management', ...plugins])].join(',')}].\n`;

/** RabbitMQ creates the user at the first boot, and ignores both lines later. */
function renderConfiguration(ports: Ports, password: string): string {
  return [
    `default_user = ${username}`,
    `default_pass = ${password}`,
    `listeners.tcp.1 = ${loopback}:${ports.amqp}`,
    `management.tcp.ip = ${loopback}`,
    `management.tcp.port = ${ports.management}`,
    '',
  ].join('\n');
}

/**
 * Its own port mapper runs in the foreground, so that its pid is known and no other sandbox depends
 * on it.
 */
export async function launchNode(
  { server, epmd }: { readonly server: string; readonly epmd: string },
  site: Site,
): Promise<Runner> {
  const { folder, ports } = site;
  await writeNodeFiles(site);
  const log = await openLog(folder);
  const start = (program: string, args: readonly string[], env: NodeJS.ProcessEnv) =>
    startDetached(program, args, { cwd: folder, env, log });
  try {
    const mapper = await start(epmd, [], erlangEnvironment(folder, ports));
    try {
      const node = await start(server, ['-noinput'], nodeEnvironment(site));
      return { kind: 'local', node, epmd: mapper };
    } catch (error) {
      await kill(mapper, 'SIGKILL');
      throw error;
    }
  } finally {
    await log.close();
  }
}

/** Opens a new log, and keeps that of the previous start beside it. */
async function openLog(folder: string): Promise<FileHandle> {
  const [file, earlier] = [logOf(folder), `${logOf(folder)}.earlier`];
  await rm(earlier, { recursive: true, force: true });
  await rename(file, earlier).catch(() => undefined);
  return open(file, 'ax', 0o600);
}

function nodeEnvironment({ folder, nodeName, ports }: Site): NodeJS.ProcessEnv {
  return {
    ...erlangEnvironment(folder, ports),
    // Makes the script become the node instead of waiting for it, so that its pid is the node's.
    RABBITMQ_ALLOW_INPUT: 'true',
    RABBITMQ_NODENAME: nodeName,
    RABBITMQ_DIST_PORT: String(ports.dist),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONFIG_FILES: join(folder, 'conf.d'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_LOGS: '-',
  };
}

/** The node's whole environment: a RABBITMQ_… or ERL_… of the shell must not reach it. */
function erlangEnvironment(folder: string, ports: Ports): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: folder,
    ERL_EPMD_ADDRESS: loopback,
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_CRASH_DUMP_SECONDS: '0',
    ERL_FLAGS: `${sleepAtOnce} -kernel inet_dist_use_interface {${loopback.replaceAll('.', ',')}}`,
  };
}

/** Starts a process that outlives this one and writes to the sandbox's log. */
async function startDetached(
  program: string,
  args: readonly string[],
  { cwd, env, log }: { cwd: string; env: NodeJS.ProcessEnv; log: FileHandle },
): Promise<ProcessId> {
  const child = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve).once('error', (cause) => reject(cannotRun(program, cause)));
  });
  child.unref();
  // A process that has ended by now has no start time to identify it, and counts as not running.
  const pid = child.pid ?? 0;
  return (await readProcessId(pid)) ?? { pid, since: '' };
}
