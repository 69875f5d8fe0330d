// Starts a RabbitMQ node, and the port mapper that it registers with, as processes of our own.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kill, type ProcessId, readProcessId } from '../process/pid.ts';
import { cannotRun } from './error.ts';
import { loopback, type Ports } from './ports.ts';
import { logOf, type Runner, type Site } from './sandbox.ts';

/** Writes the files that a node reads at its start. The cookie and the plugins of an earlier start are kept. */
async function writeNodeFiles(folder: string, ports: Ports): Promise<void> {
  await mkdir(join(folder, 'conf.d'), { recursive: true, mode: 0o700 });
  const files = new Map([
    ['rabbitmq.conf', renderConfiguration(ports)],
    ['advanced.config', '[].\n'],
    ['enabled_plugins', renderPlugins(await readPlugins(join(folder, 'enabled_plugins')))],
  ]);
  for (const [file, text] of files) await writeFile(join(folder, file), text, { mode: 0o600 });
  const cookie = join(folder, '.erlang.cookie');
  if (!existsSync(cookie)) {
    await writeFile(cookie, randomBytes(24).toString('hex'), { mode: 0o400 });
  }
}

/** Those that `rabbitmq-plugins` left enabled: a list of Erlang atoms. */
async function readPlugins(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.replaceAll(/%.*/g, '').match(/'[^']*'|\w+/g) ?? [];
}

/** Without the management plugin nobody could tell that the node is up. */
const renderPlugins = (plugins: readonly string[]): string =>
  `[${[...new Set(['rabbitmq_management', ...plugins])].join(',')}].\n`;

function renderConfiguration(ports: Ports): string {
  return [
    `listeners.tcp.1 = ${loopback}:${ports.amqp}`,
    `management.tcp.ip = ${loopback}`,
    `management.tcp.port = ${ports.management}`,
    '',
  ].join('\n');
}

/** Its own port mapper runs in the foreground, so that its pid is known and no other sandbox leans on it. */
export async function launchNode(
  { server, epmd }: { readonly server: string; readonly epmd: string },
  site: Site,
): Promise<Runner> {
  const { folder, ports } = site;
  await writeNodeFiles(folder, ports);
  await rename(logOf(folder), `${logOf(folder)}.earlier`).catch(() => undefined);
  const mapper = await startDetached(epmd, [], folder, erlangEnvironment(folder, ports));
  try {
    const node = await startDetached(server, ['-noinput'], folder, nodeEnvironment(site));
    return { kind: 'local', node, epmd: mapper };
  } catch (error) {
    await kill(mapper, 'SIGKILL');
    throw error;
  }
}

function nodeEnvironment({ folder, nodeName, ports }: Site): NodeJS.ProcessEnv {
  return {
    ...erlangEnvironment(folder, ports),
    // The script then becomes the node, rather than waiting for it: its pid is the node's.
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

/** All that the node sees of our environment: a RABBITMQ_… or ERL_… of the shell must not reach it. */
function erlangEnvironment(folder: string, ports: Ports): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: folder,
    ERL_EPMD_ADDRESS: loopback,
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_CRASH_DUMP_SECONDS: '0',
    ERL_FLAGS: `-kernel inet_dist_use_interface {${loopback.replaceAll('.', ',')}}`,
  };
}

/** A process that outlives this one; what it says goes to the sandbox's log. */
async function startDetached(
  program: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<ProcessId> {
  const log = await open(logOf(folder), 'a', 0o600);
  try {
    const stdio = ['ignore', log.fd, log.fd] as const;
    const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: [...stdio] });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve).once('error', (cause) => reject(cannotRun(program, cause)));
    });
    child.unref();
    // One that has ended by now has no start to be known by, and counts as not running.
    const pid = child.pid ?? 0;
    return (await readProcessId(pid)) ?? { pid, since: '' };
  } finally {
    await log.close();
  }
}
