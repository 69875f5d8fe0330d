// Runs the built topo-harness as a person would: in a folder, with an environment, and with something on stdin.
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { broker } from '../broker.ts';

const main = new URL('../../dist/cli/harness/main.js', import.meta.url).pathname;

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

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
}

export function startHarness(args: readonly string[], where: Where): Running {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: where.cwd,
    env: { PATH: process.env['PATH'] ?? '', AMQP_URL: where.amqpUrl ?? broker.amqpUrl },
  });
  child.stdin.on('error', () => undefined);
  const { stdin = '' } = where;
  if (typeof stdin === 'string') child.stdin.end(stdin);
  else stdin?.pipe(child.stdin);
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += String(text)));
  child.stderr.on('data', (text) => (err += String(text)));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, out, err })),
  );
  return { child, err: () => err, ended };
}
