// One apply at a time changes a vhost: who does, and what the others say.
import { plural } from '../topology/count.ts';
import { lockName } from '../topology/own.ts';
import { ExpectedError } from '../topology/problem.ts';
import { quote, shellWord } from '../topology/quote.ts';
import type { Author } from './record.ts';

/** A process, told from all others that ever ran. */
export interface ProcessMark {
  readonly pid: number;
  /** When it started, in the operating system's own words. */
  readonly since: string;
  /** The machine, since it booted, and the part of it whose processes see each other. */
  readonly machine: string;
}

/** Who asks for a lock, and with which command. */
export interface Applicant extends Author {
  readonly command: string;
  /** Undefined where a process can't be told from a later one. */
  readonly process: ProcessMark | undefined;
}

/** Who holds the lock of a vhost, as far as the lock says. */
export interface Holder extends Partial<Applicant> {
  readonly vhost: string;
  /** Undefined if no apply made the lock. */
  readonly since?: Date;
}

/** Other processes of this machine. */
export interface Neighbours {
  /** Whether it has surely ended. */
  hasEnded(process: ProcessMark): Promise<boolean>;
  /** Takes what one process of the machine may have at a time; undefined if another has it. */
  claim(name: string): Promise<(() => void) | undefined>;
}

/** Such as `vhost "/" is being changed by topo apply of user deploy on build-7 since …`. */
export function describeHolder({ vhost, command, user, host, since }: Holder): string {
  if (since === undefined)
    return `vhost ${quote(vhost)} has a queue ${lockName} that no apply made`;
  const who = `${user === undefined ? '' : ` of user ${user}`}${host === undefined ? '' : ` on ${host}`}`;
  const when = `${since.toISOString().slice(11, 19)} UTC`;
  return `vhost ${quote(vhost)} is being changed by ${command ?? 'topo'}${who} since ${when}`;
}

/** Another apply held the lock for as long as this one was to wait. Nothing was written. */
export class Locked extends ExpectedError {
  constructor(holder: Holder, waited: number) {
    const seconds = Math.round(waited / 1_000);
    const how = seconds === 0 ? '' : `, and has not ended within ${plural(seconds, 'second')}`;
    super(`${describeHolder(holder)}${how}`, { hint: hintFor(holder) });
  }
}

function hintFor({ vhost, since }: Holder): string {
  const byHand = `rabbitmqctl delete_queue -p ${shellWord(vhost)} ${lockName}`;
  if (since === undefined) return `if nothing needs it: ${byHand}`;
  return `let it end, or wait longer with --lock-timeout; the lock of a killed one frees itself within 30 s. By hand, once it has surely ended: ${byHand}`;
}

/** The lock is gone or another's: start nothing more. */
export class LockLost extends ExpectedError {}
