// Runs topo as a person would: in a folder, with an environment.
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { makeProgram } from '../../src/cli/program.ts';
import { callProgram, type Ended } from './call.ts';
import { checkRun } from './run-schema.ts';

export const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/**
 * Starts the built topo with nothing but PATH and `env` in its environment. `in`, `out` and `err`:
 * open files in place of no stdin and captured output. `code`: the file to run instead.
 */
export function startTopo(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  {
    in: from = 'ignore',
    out: toOut = 'pipe',
    err: toErr = 'pipe',
    code = main,
  }: {
    in?: number | 'ignore';
    out?: number | 'pipe';
    err?: number | 'pipe';
    code?: string | undefined;
  } = {},
): Running {
  const child = spawn(process.execPath, [code, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: [from, toOut, toErr],
  });
  const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ended = (async () => ({ code: await closed, out: await out, err: await err }))();
  return { child, ended };
}

export const runTopo = (...args: Parameters<typeof startTopo>): Promise<Ended> =>
  startTopo(...args).ended;

/** The same in this process, at a tenth of the time: for what is not about processes. */
export async function callTopo(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  stdin?: Readable,
): Promise<Ended> {
  const ended = await callProgram(makeProgram, args, { cwd, env, ...(stdin && { stdin }) });
  await checkRun(args, cwd, ended.out);
  return ended;
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  try {
    for await (const chunk of stream ?? []) text += String(chunk);
  } catch {
    // The test has stopped reading.
  }
  return text;
}
