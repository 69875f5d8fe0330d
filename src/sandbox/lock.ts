// One command at a time may start or stop a sandbox.
import { basename, join } from 'node:path';
import { withLock } from '../disk/lock.ts';
import { SandboxError } from './error.ts';

export function withSandboxLock<T>(folder: string, run: () => Promise<T>): Promise<T> {
  const refuse = (owner: string): SandboxError =>
    new SandboxError(
      `another command${owner} is starting or stopping the sandbox ${basename(folder)}`,
      { hint: 'wait for it, or use another name' },
    );
  return withLock(join(folder, 'lock'), refuse, run);
}
