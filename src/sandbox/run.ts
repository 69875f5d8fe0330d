// Runs a command against a sandbox: a temporary one, or one with a name.
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { cannotRun } from './error.ts';
import { readSandbox } from './record.ts';
import { isAlive } from './runner.ts';
import { folderOf, sandboxEnvironment, type Sandbox } from './sandbox.ts';
import { startSandbox, type StartOptions } from './start.ts';
import { deleteSandbox, stopSandbox } from './stop.ts';

export interface RunOptions extends Omit<StartOptions, 'name' | 'signal'> {
  /** The name of a sandbox to leave as it was found, running or stopped, with its data. */
  readonly name?: string | undefined;
}

/**
 * Returns the command's exit code, or 128 plus the number of the signal that ended it, as shells
 * do.
 */
export async function runInSandbox(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<number> {
  const signals = new Signals();
  try {
    const leave = await readLeave(options);
    const sandbox = await startUnlessStopped(signals, options);
    if (sandbox === undefined) return codeOf(signals.first);
    try {
      const env = { ...process.env, ...sandboxEnvironment(sandbox) };
      return await signals.waitForExit(command, begin(command, args, env));
    } finally {
      await leave(sandbox);
    }
  } finally {
    signals.close();
  }
}

/** What to do with the sandbox after the command. */
async function readLeave({
  root,
  name,
}: RunOptions): Promise<(sandbox: Sandbox) => Promise<unknown>> {
  if (name === undefined) return deleteSandbox;
  const earlier = await readSandbox(folderOf(root, name));
  const wasRunning = earlier !== undefined && (await isAlive(earlier.runner));
  return wasRunning ? () => Promise.resolve() : stopSandbox;
}

/** Undefined if a signal came first. A failed boot leaves its folder, for the log in it. */
async function startUnlessStopped(
  signals: Signals,
  options: RunOptions,
): Promise<Sandbox | undefined> {
  const name = options.name ?? `run-${process.pid}`;
  try {
    return await startSandbox({ ...options, name, signal: signals.stop.signal });
  } catch (error) {
    if (signals.first === undefined) throw error;
    if (options.name === undefined) await deleteSandbox({ folder: folderOf(options.root, name) });
    return undefined;
  }
}

/** A signal ends a start that is under way, and goes to the command once it runs. */
class Signals {
  static readonly all = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  readonly stop = new AbortController();
  first: NodeJS.Signals | undefined;
  #child: ChildProcess | undefined;

  readonly #receive = (signal: NodeJS.Signals): void => {
    this.first ??= signal;
    this.stop.abort();
    if (!(signal === 'SIGINT' && sharesTerminal())) this.#child?.kill(signal);
  };

  constructor() {
    for (const signal of Signals.all) process.on(signal, this.#receive);
  }

  waitForExit(command: string, child: ChildProcess): Promise<number> {
    this.#child = child;
    return new Promise((resolve, reject) => {
      child.once('error', (cause) => reject(cannotRun(command, cause)));
      child.once('exit', (code, signal) => resolve(code ?? codeOf(signal ?? undefined)));
    });
  }

  close(): void {
    for (const signal of Signals.all) process.off(signal, this.#receive);
  }
}

const codeOf = (signal: NodeJS.Signals = 'SIGKILL'): number => 128 + constants.signals[signal];

/** A terminal sends Ctrl-C to the command, too: forwarded, it would count as a second one. */
const sharesTerminal = (): boolean =>
  process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;

/** Node emits some reasons why a program can't run, and throws the others. */
function begin(command: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  try {
    return spawn(command, args, { stdio: 'inherit', env });
  } catch (cause) {
    throw cannotRun(command, cause);
  }
}
