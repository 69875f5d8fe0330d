// Locks the vhosts that a run writes to against other runs, and says what comes of it.
import { hostname } from 'node:os';
import { readMachine } from '../disk/neighbours.ts';
import { readProcessId } from '../disk/pid.ts';
import type { LockOptions } from '../management/take-lock.ts';
import type { PlanSource } from '../reconcile/source.ts';
import { describeHolder, type ProcessMark } from '../reconcile/vhost-lock.ts';
import { escape } from '../report/escape.ts';
import type { Problem } from '../topology/problem.ts';
import { parseLockTimeout, type ApplyFlags } from './apply-flags.ts';
import type { Session } from './connect.ts';
import type { Terminal } from './terminal.ts';

/** Reads which broker it is first: another one must not even be locked. Throws Locked. */
export async function lock(
  source: PlanSource,
  { broker, connection }: Session,
  flags: ApplyFlags,
): Promise<void> {
  const vhosts = source.vhostsOn(await broker.readIdentity());
  await broker.locks.take(vhosts, await optionsFor(connection.username, flags));
}

/** Returns whether this vhost could be locked at once. If not, the reason is found later. */
export async function lockEarly(
  vhost: string,
  { broker, connection }: Session,
  flags: ApplyFlags,
): Promise<boolean> {
  const options = await optionsFor(connection.username, flags);
  try {
    await broker.locks.take([vhost], { ...options, patience: 0 });
    return true;
  } catch {
    return false;
  }
}

async function optionsFor(user: string, flags: ApplyFlags): Promise<LockOptions> {
  const command = flags.destroy === true ? 'topo destroy' : 'topo apply';
  const process = await readOwnMark();
  return { by: { user, host: hostname(), command, process }, patience: parseLockTimeout(flags) };
}

async function readOwnMark(): Promise<ProcessMark | undefined> {
  const [machine, own] = await Promise.all([readMachine(), readProcessId(process.pid)]);
  return machine === undefined || own === undefined ? undefined : { ...own, machine };
}

/** Call before the first write, and again after the last. */
export function tellUnlocked({ broker }: Session, terminal: Terminal): void {
  for (const doubt of broker.locks.takeDoubts()) note(doubt, terminal);
}

/** Gives the locks back, and says if one was lost unnoticed. */
export async function unlock({ broker }: Session, terminal: Terminal): Promise<void> {
  for (const lost of await broker.locks.giveAllBack()) note(lost, terminal);
}

/** Says which vhosts are being changed while they are read. */
export async function tellOthers({ broker }: Session, terminal: Terminal): Promise<void> {
  for (const holder of await broker.locks.others())
    note({ message: describeHolder(holder), hint: 'plan again once that has ended' }, terminal);
}

function note(
  { message, hint }: { message: string; hint?: Problem['hint'] | undefined },
  terminal: Terminal,
) {
  terminal.complain(escape(`note: ${message}${hint === undefined ? '' : `; ${hint}`}`));
}
