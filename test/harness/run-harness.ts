// Runs topo-harness as a person would: in a folder, with an environment, and with something on
// stdin.
import { spawn, type ChildProcess } from 'node:child_process';
import { Readable } from 'node:stream';
import { makeProgram } from '../../src/cli/harness/program.ts';
import { broker } from '../broker.ts';
import { callProgram, type Ended } from '../cli/call.ts';

const main = new URL('../../dist/cli/harness/main.js', import.meta.url).pathname;

export interface Running {
  readonly child: ChildProcess;
  /** What stands on stderr so far. */
  readonly err: () => string;
  readonly ended: Promise<Ended>;
}

export interface Where {
  readonly cwd: string;
  readonly amqpUrl?: string;
  /** Without it stdin is empty; null leaves it open, to the test. */
  readonly stdin?: string | Readable | null;
  /** As this user; then the umask is one that lets nobody in. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** An open file in place of what is read along. */
  readonly out?: number;
}

/** Starts the built one. */
export function startHarness(args: readonly string[], where: Where): Running {
  const umask = where.user && process.umask(0o077);
  const child = spawn(process.execPath, [main, ...args], {
    ...where.user,
    cwd: where.cwd,
    env: { PATH: process.env['PATH'] ?? '', AMQP_URL: where.amqpUrl ?? broker.amqpUrl },
    stdio: ['pipe', where.out ?? 'pipe', 'pipe'],
  });
  if (umask !== undefined) process.umask(umask);
  child.stdin?.on('error', () => undefined);
  const { stdin = '' } = where;
  if (typeof stdin === 'string') child.stdin?.end(stdin);
  else if (child.stdin) stdin?.pipe(child.stdin);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (text) => (out += String(text)));
  child.stderr?.on('data', (text) => (err += String(text)));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, out, err })),
  );
  return { child, err: () => err, ended };
}

/** The same in this process, at a tenth of the time: for what is not about processes. */
export const callHarness = (
  args: readonly string[],
  { cwd, amqpUrl = broker.amqpUrl, stdin = '' }: Omit<Where, 'stdin'> & { stdin?: string },
): Promise<Ended> =>
  callProgram(makeProgram, args, {
    ...{ cwd, env: { AMQP_URL: amqpUrl } },
    stdin: Readable.from([Buffer.from(stdin)]),
  });
