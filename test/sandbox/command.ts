// A command of its own process, for tests that kill it: `start ROOT NAME` or `run ROOT PROGRAM ARGS…`.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runInSandbox } from '../../src/sandbox/run.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { readInstallation } from './root.ts';

export function startCommand(...args: string[]): ChildProcess {
  const file = fileURLToPath(import.meta.url);
  return spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function main(verb: string, root: string, name: string, ...args: string[]): Promise<number> {
  const installation = await readInstallation();
  if (verb === 'run') return runInSandbox(name, args, { root, installation });
  await startSandbox({ root, name, installation });
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [verb = '', root = '', name = '', ...args] = process.argv.slice(2);
  process.exitCode = await main(verb, root, name, ...args);
}
