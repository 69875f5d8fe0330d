// Takes the lock of a vhost, or waits for the one who holds it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Waiting } from '../amqp/waiting.ts';
import {
  describeHolder,
  Locked,
  type Applicant,
  type Holder,
  type Neighbours,
} from '../reconcile/vhost-lock.ts';
import type { Queue } from '../topology/object.ts';
import { lockName } from '../topology/own.ts';
import type { Problem } from '../topology/problem.ts';
import { isRefusal } from './broker-error.ts';
import type { Client } from './client.ts';
import { readQueue } from './lists.ts';
import { normalizeQueues } from './live.ts';
import { bodyOfLock, holderOf, keyOfLock, makeLockQueue } from './lock-queue.ts';
import { elapsed, moment } from './moment.ts';
import { pathOfNamed } from './path.ts';
import { VhostLock } from './vhost-lock.ts';

export interface LockOptions {
  readonly by: Applicant;
  /** Milliseconds to wait for another apply. */
  readonly patience: number;
}

export interface Surroundings {
  readonly client: Client;
  readonly waiting: Waiting;
  readonly neighbours: Neighbours;
  /** Milliseconds after which a lock that is not renewed is free. */
  readonly expires: number;
  readonly signal: AbortSignal;
}

/** `missing`: there is no such vhost, or the user may not see it. */
type Taken =
  | { readonly kind: 'taken'; readonly lock: VhostLock }
  | { readonly kind: 'held' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused'; readonly why: Omit<Problem, 'code'> };

/** Milliseconds between two attempts, on average. */
const pause = 250;

/** Throws Locked, or a BrokerError if the broker doesn't say. */
export async function takeLock(
  around: Surroundings,
  vhost: string,
  { by, patience }: LockOptions,
): Promise<Exclude<Taken, { kind: 'held' }>> {
  const own = makeLockQueue(vhost, by, around.expires);
  for (const began = moment(); ;) {
    const taken = await tryToTake(around.client, own);
    if (taken.kind !== 'held') return taken;
    const found = await readLock(around.client, own);
    if (found === undefined) continue;
    const lock = await takeOver(around, found, by);
    if (lock !== undefined) return { kind: 'taken', lock };
    const waited = elapsed(began);
    if (waited >= patience) throw new Locked(holderOf(found), waited);
    sayWaiting(around.waiting, holderOf(found), patience);
    await sleep(pause * (0.5 + Math.random()), undefined, { signal: around.signal });
  }
}

async function tryToTake(client: Client, queue: Queue, onEnd?: () => void): Promise<Taken> {
  const began = moment();
  try {
    await client.write('PUT', pathOfNamed(queue), bodyOfLock(queue));
    return { kind: 'taken', lock: new VhostLock(client, queue, began, onEnd) };
  } catch (error) {
    if (!isRefusal(error)) {
      const doubtful = new VhostLock(client.firm(), queue, began);
      await doubtful.withdraw().catch(() => undefined);
      throw error;
    }
    const { status, reason = '', hint } = error;
    if (status === 404) return { kind: 'missing' };
    if (reason.startsWith('inequivalent arg')) return { kind: 'held' };
    const message = `the broker refuses the queue ${lockName}: ${status} ${reason.replace(/\.$/, '')}`;
    return { kind: 'refused', why: { message, ...(hint !== undefined && { hint }) } };
  }
}

/** Undefined if it is gone by now. */
async function readLock(client: Client, own: Queue): Promise<Queue | undefined> {
  try {
    const row = await readQueue(client, own);
    return normalizeQueues([[row], undefined])[0];
  } catch (error) {
    if (isRefusal(error) && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * Goes on with the lock of a process of this machine that has ended, instead of waiting until it
 * expires. Renews it and never deletes it, so nobody else can have taken it meanwhile; the claim
 * sees to it that one process does so at a time, and lasts as long as the lock is held.
 */
async function takeOver(
  { client, neighbours, expires }: Surroundings,
  found: Queue,
  by: Applicant,
): Promise<VhostLock | undefined> {
  const { process } = holderOf(found);
  const isOfHere = process !== undefined && process.machine === by.process?.machine;
  const isAlike = Number(found.arguments.get('x-expires')) === expires;
  if (!isOfHere || !isAlike || !(await neighbours.hasEnded(process))) return undefined;
  const release = await neighbours.claim(keyOfLock(found));
  if (release === undefined) return undefined;
  const taken = await tryToTake(client, found, release).catch((error: unknown) => {
    release();
    throw error;
  });
  if (taken.kind === 'taken') return taken.lock;
  release();
  return undefined;
}

function sayWaiting(waiting: Waiting, holder: Holder, patience: number): void {
  const line = `waiting: ${describeHolder(holder)}: for ${Math.ceil(patience / 1_000)} s at most`;
  waiting.say(patience, `lock of ${holder.vhost}`, line);
}
