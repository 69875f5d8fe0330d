// Runs topo-harness as a person would: in a folder, with an environment, and with something on
// stdin.
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { compileFunction, constants } from 'node:vm';
import { onTestFinished } from 'vitest';
import { makeProgram } from '../../src/cli/harness/program.ts';
import type { run as runBuilt } from '../../src/cli/run.ts';
import type { Run } from '../../src/cli/verb.ts';
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

type Program = typeof makeProgram;

/** By Node itself: Vitest would transform each module. */
const load = compileFunction('return import(href)', ['href'], {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (href: string) => Promise<unknown>;

/** What the built one's entry imports. */
async function loadBuilt(): Promise<[{ run: typeof runBuilt }, { makeProgram: Program }]> {
  const files = [...readFileSync(main, 'utf8').matchAll(/import\("([^"]+)"\)/g)];
  const loaded = await Promise.all(
    files.map(([, file = '']) => load(pathToFileURL(resolve(dirname(main), file)).href)),
  );
  return loaded as Awaited<ReturnType<typeof loadBuilt>>;
}

/**
 * Starts the built one in this process, for what starts threads of its own, such as train. A call
 * that its test leaves behind is interrupted.
 */
export function startBuilt(
  args: readonly string[],
  { cwd, amqpUrl = broker.amqpUrl }: { readonly cwd: string; readonly amqpUrl?: string },
): Omit<Running, 'child'> {
  const before = new Set(process.listeners('SIGINT'));
  const isOwn = (listener: NodeJS.SignalsListener): boolean => !before.has(listener);
  let err = '';
  const listen = (): void => {
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text: string | Uint8Array): boolean => {
      err += String(text);
      return write(text);
    };
  };
  const enter = (set: Run) => ({
    parseAsync: async (argv: readonly string[]): Promise<void> => {
      const [{ run }, { makeProgram: make }] = await loadBuilt();
      listen();
      await set(() => run(argv, make));
    },
  });
  const where = { cwd, env: { AMQP_URL: amqpUrl } };
  const ended = callProgram(enter as unknown as Program, args, where);
  onTestFinished(async () => {
    for (const listener of process.listeners('SIGINT').filter(isOwn)) listener('SIGINT');
    await ended;
  });
  return { err: () => err, ended };
}

export const callBuilt = (...args: Parameters<typeof startBuilt>): Promise<Ended> =>
  startBuilt(...args).ended;
