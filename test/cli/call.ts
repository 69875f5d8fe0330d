// Runs a program's command line in the test's own process: a folder, an environment, stdin, and all
// output. Tests about the process itself (signals, terminals, full disks) start a real one:
// topo.ts, ../harness/run-harness.ts.
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { vi } from 'vitest';
import { run } from '../../src/cli/run.ts';
import type { Run } from '../../src/cli/verb.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Where {
  readonly cwd: string;
  /** Stands alone, but for the PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Readable;
}

let isBusy = false;

/** One call at a time: folder, environment and streams are the whole process's. */
export async function callProgram(
  makeProgram: (run: Run) => Command,
  args: readonly string[],
  { cwd, env, stdin = Readable.from([]) }: Where,
): Promise<Ended> {
  if (isBusy) throw new Error('another call is still under way');
  isBusy = true;
  const before = { cwd: process.cwd(), env: process.env };
  const printed = { out: '', err: '' };
  const keep = (stream: 'out' | 'err') => (text: unknown) => {
    printed[stream] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(keep('err'));
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(stdin as unknown as typeof process.stdin);
  try {
    process.chdir(cwd);
    process.env = { PATH: before.env['PATH'], ...env };
    const code = await run([process.execPath, 'program', ...args], makeProgram);
    return { code, ...printed };
  } finally {
    vi.restoreAllMocks();
    process.chdir(before.cwd);
    process.env = before.env;
    isBusy = false;
  }
}
