// Runs a program to its end and keeps its output.
import { spawn } from 'node:child_process';

export interface Ended {
  readonly ok: boolean;
  /** Both streams, trimmed. */
  readonly output: string;
}

/** A program that doesn't exist ends like one that failed. `env`: added to ours. */
export function runCommand(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let output = '';
    const keep = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => resolve({ ok: false, output: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, output: output.trim() }));
  });
}
