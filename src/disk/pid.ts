// Tells a process from a later one with the same pid.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface ProcessId {
  readonly pid: number;
  /** When it started, in the operating system's own words. */
  readonly since: string;
}

/** Parses a process id that was written. Undefined if a later process could not be told from it. */
export function parseProcessId(value: unknown): ProcessId | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, since } = value as Partial<Record<keyof ProcessId, unknown>>;
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1) return undefined;
  if (typeof since !== 'string' || since === '') return undefined;
  return { pid, since };
}

/** Undefined if no such process runs. A zombie runs as long as one of its threads does. */
export async function readProcessId(pid: number): Promise<ProcessId | undefined> {
  const found = await readState(pid);
  return found === undefined || isZombie(found) ? undefined : { pid, since: found.since };
}

export async function isRunning(id: ProcessId): Promise<boolean> {
  const found = await readProcessId(id.pid);
  if (found === undefined) return false;
  return found.since === id.since;
}

/**
 * Whether it surely has. False for a process whose state is hidden, as those of other users may be.
 */
export async function hasEnded(id: ProcessId): Promise<boolean> {
  if (!isThere(id.pid)) return true;
  const found = await readState(id.pid);
  return found !== undefined && (found.since !== id.since || isZombie(found));
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Groups 0 and 1 would mean the caller's own, and every process. */
const leastGroup = 2;

/** Signals the group that the process leads, unless it is gone or its pid is another's by now. */
export async function kill(id: ProcessId, signal: NodeJS.Signals): Promise<void> {
  if (id.pid < leastGroup || !(await isRunning(id))) return;
  try {
    process.kill(-id.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether the process ended within the time given. */
export async function waitForEnd(id: ProcessId, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (await isRunning(id)) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

interface Found {
  readonly state: string;
  /** A zombie that still has others keeps its ports and files open until they are gone. */
  readonly threads: number;
  readonly since: string;
}

const isZombie = ({ state, threads }: Found): boolean => state.startsWith('Z') && threads <= 1;

const readState = (pid: number): Promise<Found | undefined> =>
  process.platform === 'linux' ? readProc(pid) : readPs(pid);

/**
 * proc(5): behind the command in parentheses, field 3 is the state, 20 the threads, 22 the start in
 * ticks since boot.
 */
async function readProc(pid: number): Promise<Found | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, threads, since] = [fields[0], Number(fields[17]), fields[19]];
  return state === undefined || since === undefined ? undefined : { state, threads, since };
}

async function readPs(pid: number): Promise<Found | undefined> {
  const run = promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  const line = await run.then(({ stdout }) => stdout.trim()).catch(() => '');
  const [state, ...since] = line.split(/\s+/);
  if (state === undefined || since.length === 0) return undefined;
  return { state, threads: 1, since: since.join(' ') };
}
