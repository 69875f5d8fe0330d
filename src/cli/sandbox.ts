// topo sandbox: a private RabbitMQ to try things on.
import { findRabbitmq, type Installation } from '../sandbox/find.ts';
import { installRabbitmq, notInstalled } from '../sandbox/install.ts';
import { readSandbox, readSandboxes } from '../sandbox/record.ts';
import { runInSandbox } from '../sandbox/run.ts';
import { readState } from '../sandbox/runner.ts';
import { loopback } from '../sandbox/ports.ts';
import { endpointOf, folderOf, sandboxEnvironment, type Sandbox } from '../sandbox/sandbox.ts';
import { startSandbox } from '../sandbox/start.ts';
import { deleteSandbox, stopSandbox } from '../sandbox/stop.ts';
import { renderJson } from '../topology/json.ts';
import { exit } from './exit.ts';
import { withInterrupts } from './interrupt.ts';
import type { Terminal } from './terminal.ts';
import { ticking } from './notice.ts';

export interface StartFlags {
  readonly name: string;
  readonly install?: boolean;
  readonly format: 'env' | 'json';
}
export type RunFlags = Partial<Pick<StartFlags, 'name' | 'install'>>;
export interface StopFlags {
  readonly name: string;
  readonly delete?: boolean;
}
export interface StatusFlags {
  readonly format: 'text' | 'json';
}

/** The folder of all sandboxes. */
const root = '.topo';

export async function start(flags: StartFlags, terminal: Terminal): Promise<number> {
  const installation = await findOrInstall(flags, terminal);
  const options = { root, name: flags.name, installation, progress: terminal.tell };
  const sandbox = await ticking(terminal, () =>
    withInterrupts(({ abort }) => startSandbox({ ...options, signal: abort }), {
      graceful: false,
      notice: terminal.complain,
    }),
  );
  terminal.tell(aboutStarted(sandbox, flags));
  const environment = sandboxEnvironment(sandbox);
  terminal.print(flags.format === 'json' ? renderJson(environment, 2) : renderExports(environment));
  return exit.done;
}

function aboutStarted(sandbox: Sandbox, { name, format }: StartFlags): string {
  const amqp = `${loopback}:${sandbox.ports.amqp}`;
  const up = `sandbox ${name} is up: management at ${endpointOf(sandbox)}, AMQP at ${amqp}`;
  const isShown = format === 'env' && process.stdout.isTTY;
  return isShown ? `${up}\nfor this shell to use it: eval "$(topo sandbox start)"` : up;
}

export async function stop(flags: StopFlags, terminal: Terminal): Promise<number> {
  const sandbox = await readSandbox(folderOf(root, flags.name));
  if (sandbox === undefined) {
    terminal.tell(`there is no sandbox ${flags.name}`);
  } else if (flags.delete === true) {
    await deleteSandbox(sandbox);
    terminal.tell(`sandbox ${flags.name} is deleted`);
  } else {
    const wasRunning = await stopSandbox(sandbox);
    terminal.tell(`sandbox ${flags.name} ${wasRunning ? 'is stopped' : 'was not running'}`);
  }
  return exit.done;
}

export async function status(flags: StatusFlags, terminal: Terminal): Promise<number> {
  const sandboxes = await Promise.all(
    (await readSandboxes(root)).map(async (sandbox) => ({
      name: sandbox.name,
      state: await readState(sandbox),
      endpoint: endpointOf(sandbox),
    })),
  );
  if (flags.format === 'json') terminal.print(renderJson(sandboxes, 2));
  else if (sandboxes.length === 0)
    terminal.tell('there is no sandbox; topo sandbox start makes one');
  for (const { name, state, endpoint } of flags.format === 'text' ? sandboxes : []) {
    terminal.print(`${name.padEnd(16)} ${state.padEnd(8)} ${endpoint}`);
  }
  return exit.done;
}

export async function run(
  command: readonly string[],
  flags: RunFlags,
  terminal: Terminal,
): Promise<number> {
  const [program = '', ...args] = command;
  const installation = await findOrInstall(flags, terminal);
  return runInSandbox(program, args, {
    root,
    name: flags.name,
    installation,
    progress: terminal.tell,
  });
}

async function findOrInstall(
  flags: Pick<StartFlags, 'install'>,
  terminal: Terminal,
): Promise<Installation> {
  const found = await findRabbitmq(terminal.env);
  if (found) return found;
  if (flags.install === true) return ticking(terminal, () => installRabbitmq(terminal.tell));
  throw notInstalled('RabbitMQ was not found here, and --install was not given');
}

/** Renders commands for a shell to evaluate; they only set the environment. */
export function renderExports(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${quote(value)}`)
    .join('\n');
}

/** A shell takes text between single quotes literally. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
