// Starts a process in a group of its own, to end it with all that it started.
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { toTrainingError, type Exit } from './exit.ts';

export type { ProcessGroup };

export interface SpawnOptions {
  readonly argv: readonly [program: string, ...args: string[]];
  readonly folder: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly stdio: StdioOptions;
  /** From SIGTERM to SIGKILL, in milliseconds. */
  readonly termGraceMs: number;
}

/** Throws a fatal TrainingError if the system can't even try. */
export function spawnGroup(options: SpawnOptions): ProcessGroup {
  try {
    return new ProcessGroup(options);
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    throw toTrainingError({ kind: 'unstarted', cause }, '', options.argv[0]);
  }
}

/**
 * How long pipes may stay open after the group has ended: a process that left the group may hold
 * them.
 */
const drainMs = 1000;

class ProcessGroup {
  readonly child: ChildProcess;
  /**
   * Settled once the first process has ended, the rest of its group is killed and its output is
   * read. Never rejects.
   */
  readonly ended: Promise<Exit>;
  readonly #termGraceMs: number;
  #isOver = false;

  constructor({ argv: [program, ...args], folder, environment, stdio, termGraceMs }: SpawnOptions) {
    // Detached: setsid makes the process the leader of a group that has its own id as number.
    const options = { cwd: folder, env: environment, stdio, detached: true, shell: false };
    this.child = spawn(program, args, options);
    this.#termGraceMs = termGraceMs;
    this.ended = this.#waitForEnd();
  }

  /** SIGTERM to the group, SIGKILL to what is left after the grace. */
  async end(): Promise<void> {
    this.#signal('SIGTERM');
    const timer = setTimeout(() => {
      this.#signal('SIGKILL');
    }, this.#termGraceMs);
    await this.ended;
    clearTimeout(timer);
  }

  async #waitForEnd(): Promise<Exit> {
    const closed = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    const exit = await this.#waitForExit();
    // At once: the group's number may be given away when its last process is gone.
    this.#signal('SIGKILL');
    this.#isOver = true;
    if (exit.kind === 'unstarted') return exit;
    const drained = new AbortController();
    const late = sleep(drainMs, undefined, { signal: drained.signal }).catch(() => undefined);
    await Promise.race([closed, late]);
    drained.abort();
    for (const stream of this.child.stdio) stream?.destroy();
    return exit;
  }

  #waitForExit(): Promise<Exit> {
    return new Promise((resolve) => {
      this.child.once('error', (cause) => {
        // Also emitted if a signal can't be sent; only without a process there is no exit to come.
        if (this.child.pid === undefined) resolve({ kind: 'unstarted', cause });
      });
      this.child.once('exit', (code, signal) => {
        resolve(
          code === null ? { kind: 'signal', signal: signal ?? 'a signal' } : { kind: 'code', code },
        );
      });
    });
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined || this.#isOver) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group has ended.
    }
  }
}
