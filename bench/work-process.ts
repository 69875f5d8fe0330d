// Runs a worker as its own process, its log in a file, as under systemd.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChannelModel } from 'amqplib';
import { harness, script, time, topo, type Bench } from './bench.ts';

export interface WorkProcess {
  readonly pid: number;
  /** Milliseconds since 1970 of each start and end of a task, as noted by train-marked.mjs. */
  marks(what: 'started' | 'done'): Promise<number[]>;
  /** Lets it finish its tasks; returns its exit code. */
  finish(): Promise<number | null>;
  kill(): Promise<unknown>;
}

const topology = new URL('harness.yaml', import.meta.url).pathname;
export const handler = (name: string): string[] => ['--handler', script(name)[1] ?? ''];

export const applyTopology = ({ env }: Pick<Bench, 'env'>): Promise<number> =>
  time(topo('apply', topology, '--yes', '--quiet'), env);

let started = 0;

/** Starts topo-harness work with its own state folder. Settles once it works. */
export function startWorker(
  { folder, env }: Pick<Bench, 'folder' | 'env'>,
  queue: string,
  ...flags: string[]
): Promise<WorkProcess> {
  const state = join(folder, `state-${++started}`);
  const own = ['--topology', topology, '--state', state, '--env', 'MARKS'];
  return startProcess({ folder, env }, harness('work', queue, ...own, ...flags), 'SIGTERM');
}

/**
 * Starts any program that prints "working" to stderr. `finish`: the signal that makes it finish;
 * without one it ends by itself.
 */
export async function startProcess(
  { folder, env }: Pick<Bench, 'folder' | 'env'>,
  [program = '', ...args]: readonly string[],
  finish?: NodeJS.Signals,
): Promise<WorkProcess> {
  const name = join(folder, `worker-${++started}`);
  const log = await open(`${name}.log`, 'w');
  const stdio = ['ignore', 'ignore', log.fd] as const;
  const child = spawn(program, args, {
    env: { ...env, MARKS: `${name}.marks` },
    stdio: [...stdio],
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const end = (signal?: NodeJS.Signals): Promise<number | null> => {
    if (signal) child.kill(signal);
    return ended;
  };
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  try {
    await log.close();
    while (!(await read(`${name}.log`)).includes('"working"')) {
      if (child.exitCode !== null) throw new Error(await read(`${name}.log`));
      await sleep(20);
    }
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    finish: () => end(finish),
    kill: () => end('SIGKILL'),
    marks: async (what) =>
      [...(await read(`${name}.marks`)).matchAll(new RegExp(`^${what} .* (\\d+)$`, 'gm'))].map(
        ([, at]) => Number(at),
      ),
  };
}

/** Asks every 5 ms. Throws after a minute. */
export async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited in vain: ${ask.toString()}`);
    await sleep(5);
  }
}

/** Publishes tasks for train-marked.mjs with confirms. */
export async function publishTasks(
  connection: ChannelModel,
  queue: string,
  { ids, milliseconds }: { ids: readonly string[]; milliseconds: number },
): Promise<void> {
  const channel = await connection.createConfirmChannel();
  for (const id of ids) {
    const task = { version: 1, id, hyperparameters: { milliseconds } };
    const options = { persistent: true, messageId: id, type: 'topo.task.v1' };
    channel.publish('ml_tasks', queue, Buffer.from(JSON.stringify(task)), options);
  }
  await channel.waitForConfirms();
  await channel.close();
}
