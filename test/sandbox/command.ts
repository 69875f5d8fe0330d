// Starts a sandbox, or runs a program in one, from a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('command.mjs', import.meta.url));

/** `start ROOT NAME` or `run ROOT PROGRAM ARGS…`. */
export const startCommand = (
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcess =>
  spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
