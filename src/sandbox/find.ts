// Finds the RabbitMQ that a sandbox can run.
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { SandboxError } from './error.ts';

export type Installation =
  | { readonly kind: 'local'; readonly server: string; readonly epmd: string }
  | { readonly kind: 'docker' };

/**
 * Where packages put a script that runs as the user who starts it. The rabbitmq-server on the PATH
 * of Debian and RPM systems is a wrapper that switches to the user rabbitmq, so these come first.
 */
const serverFolders = [
  '/usr/lib/rabbitmq/bin',
  '/opt/homebrew/opt/rabbitmq/sbin',
  '/usr/local/opt/rabbitmq/sbin',
  '/home/linuxbrew/.linuxbrew/opt/rabbitmq/sbin',
];

const erlangFolders = [
  '/usr/bin',
  '/usr/lib/erlang/bin',
  '/opt/homebrew/bin',
  '/usr/local/bin',
  '/home/linuxbrew/.linuxbrew/bin',
];

/** The RabbitMQ of this machine; `TOPO_RABBITMQ_SERVER` names the server script of another. */
export async function findRabbitmq(env: NodeJS.ProcessEnv): Promise<Installation | undefined> {
  const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const server =
    (await findNamed(env)) ?? (await findIn([...serverFolders, ...path], 'rabbitmq-server'));
  if (server === undefined) return undefined;
  const epmd = await findIn([...path, ...erlangFolders, dirname(server)], 'epmd');
  if (epmd === undefined) {
    throw new SandboxError(`${server} exists, but Erlang's epmd was not found`, {
      hint: 'put the folder of epmd, usually erts-…/bin of the Erlang installation, on the PATH',
    });
  }
  return { kind: 'local', server, epmd };
}

async function findNamed(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const server = env['TOPO_RABBITMQ_SERVER'];
  if (server === undefined || server === '') return undefined;
  if (await isExecutable(server)) return server;
  throw new SandboxError(`TOPO_RABBITMQ_SERVER is ${server}, which is not an executable program`, {
    hint: 'set it to a rabbitmq-server script, or unset it',
  });
}

async function findIn(folders: readonly string[], program: string): Promise<string | undefined> {
  for (const folder of folders) {
    const file = join(folder, program);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Folders may be executable, too. */
async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
