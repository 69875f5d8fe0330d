// Finds out why a boot failed, from the node's long log.
import { isRunning } from '../disk/pid.ts';
import { readLog } from './runner.ts';
import type { Sandbox } from './sandbox.ts';

const portTaken = 'a port was taken';

/** What the log shows, and how to say it. The first match wins. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/eaddrinuse|address already in use|dist_port_already_used/i, portTaken],
  [/Cookie file \S+ must be accessible by owner only/, '$&'],
  [/enospc|no space left/i, 'the disk is full'],
  [/eacces|permission denied/i, 'it was denied access to something it needs'],
  [/ERROR: (.+)/, '$1'],
];

const stamp = /^\d{4}-\S+ \S+ \[\w+\] <\S+> /;

export interface BootFailure {
  readonly reason: string;
  readonly portTaken: boolean;
}

/** Call before ending the sandbox: a port mapper that is gone by itself found its port taken. */
export async function readBootFailure(sandbox: Sandbox): Promise<BootFailure> {
  if (!(await hasMapper(sandbox))) return { reason: portTaken, portTaken: true };
  const log = await readLog(sandbox);
  const index = reasons.findIndex(([pattern]) => pattern.test(log));
  return { reason: sayReason(log, reasons[index]), portTaken: index === 0 };
}

const hasMapper = async ({ runner }: Sandbox): Promise<boolean> =>
  runner.kind !== 'local' || isRunning(runner.epmd);

function sayReason(log: string, known: (typeof reasons)[number] | undefined): string {
  if (known === undefined) return lastLines(log);
  const [pattern, sentence] = known;
  return pattern.exec(log)?.[0].replace(pattern, sentence) ?? lastLines(log);
}

function lastLines(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const last = lines.slice(-3).map((line) => line.replace(stamp, '').trim().slice(0, 200));
  return last.length === 0 ? 'it ended without output' : last.join('\n');
}
