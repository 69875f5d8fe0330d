// Gives every benchmark a private broker, a folder, processes timed from outside, and medians.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRabbitmq } from '../src/sandbox/find.ts';
import { installRabbitmq } from '../src/sandbox/install.ts';
import { endpointOf, sandboxEnvironment, type Sandbox, username } from '../src/sandbox/sandbox.ts';
import { startSandbox } from '../src/sandbox/start.ts';

export interface Bench {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-bench-'));
  const installation = (await findRabbitmq(process.env)) ?? (await installRabbitmq());
  const sandbox = await startSandbox({ root: folder, name: 'bench', installation });
  const env = { PATH: process.env['PATH'] ?? '', ...sandboxEnvironment(sandbox) };
  return { sandbox, folder, env, close: () => rm(folder, { recursive: true, force: true }) };
}

export const topo = (...args: string[]): string[] => [
  process.execPath,
  new URL('../dist/cli/main.js', import.meta.url).pathname,
  ...args,
];

export const harness = (...args: string[]): string[] => [
  process.execPath,
  new URL('../dist/cli/harness/main.js', import.meta.url).pathname,
  ...args,
];

export const script = (name: string, ...args: string[]): string[] => [
  process.execPath,
  new URL(name, import.meta.url).pathname,
  ...args,
];

/** Measures the seconds of a whole process. Throws unless it exits with 0. */
export async function time(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  return (await run(command, env)).seconds;
}

/** The times that a program prints of its own work: `phases 1.5 s, 0.5 s of processor`. */
export async function phasesOf(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ seconds: number; processor: number }> {
  const { errors } = await run(command, env);
  const [, seconds, processor] = /^phases (\S+) s, (\S+) s/m.exec(errors) ?? [];
  return { seconds: Number(seconds), processor: Number(processor) };
}

async function run(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ seconds: number; errors: string }> {
  const [program = '', ...args] = command;
  const started = performance.now();
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${String(code)}: ${errors}`);
  return { seconds: (performance.now() - started) / 1000, errors };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/**
 * Runs each in turn, `rounds` times: A B C, A B C, … Returns the times of each. `warmUp`: runs one
 * round before that does not count.
 */
export async function alternate<Name extends string>(
  rounds: number,
  runs: Readonly<Record<Name, () => Promise<number>>>,
  warmUp = true,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(runs) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let round = warmUp ? 0 : 1; round <= rounds; round++) {
    for (const name of names) {
      const seconds = await runs[name]();
      if (round > 0) times[name].push(seconds);
    }
  }
  return times;
}

/** The median of each, as text. */
export const renderMedians = (times: Readonly<Record<string, readonly number[]>>): string =>
  Object.entries(times)
    .map(([name, seconds]) => `${name} ${median(seconds).toFixed(3)} s`)
    .join(', ');

/** Calls the sandbox's management API. */
export async function api(
  bench: Bench,
  method: string,
  path: string,
  body?: string,
): Promise<void> {
  const answer = await fetch(`${endpointOf(bench.sandbox)}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${btoa(`${username}:${bench.sandbox.password}`)}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** Makes a new, empty vhost with this name. */
export async function freshVhost(bench: Bench, name: string): Promise<void> {
  await api(bench, 'DELETE', `vhosts/${name}`).catch(() => undefined);
  await api(bench, 'PUT', `vhosts/${name}`);
}
