// Checks on a running broker and ends it, whatever it runs in.
import { readFile } from 'node:fs/promises';
import { isContainerRunning, killContainer, readContainerLog, stopContainer } from './docker.ts';
import { isRunning, kill, waitForEnd } from '../disk/pid.ts';
import { logOf, type Runner, type Sandbox } from './sandbox.ts';

const graceMs = 30_000;

export async function isAlive(runner: Runner): Promise<boolean> {
  switch (runner.kind) {
    case 'local':
      return (await isRunning(runner.node)) && (await isRunning(runner.epmd));
    case 'docker':
      return isContainerRunning(runner.container);
  }
}

/** Ends the broker: gracefully with SIGTERM, like a power cut with SIGKILL. */
export async function end(runner: Runner, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  switch (runner.kind) {
    case 'local':
      // The node first: while it shuts down, it still talks to its port mapper.
      for (const id of [runner.node, runner.epmd]) {
        await kill(id, signal);
        if (!(await waitForEnd(id, graceMs))) await kill(id, 'SIGKILL');
      }
      return;
    case 'docker':
      await (signal === 'SIGTERM' ? stopContainer : killContainer)(runner.container);
  }
}

export type State = 'running' | 'stopped' | 'crashed';

export async function readState({ runner, desired }: Sandbox): Promise<State> {
  if (await isAlive(runner)) return 'running';
  return desired === 'stopped' ? 'stopped' : 'crashed';
}

export const whereLogIs = ({ folder, runner }: Sandbox): string =>
  runner.kind === 'docker' ? `in docker logs ${runner.container}` : `in ${logOf(folder)}`;

export const readLog = async ({ folder, runner }: Sandbox): Promise<string> =>
  runner.kind === 'docker'
    ? readContainerLog(runner.container)
    : readFile(logOf(folder), 'utf8').catch(() => '');
