// Brings what is parked back to a queue: its messages and, once few are left, its bindings.
import { setTimeout as sleep } from 'node:timers/promises';
import { NotReplaced } from '../../reconcile/broker.ts';
import { plural } from '../../topology/count.ts';
import { addressOf } from '../../topology/identity.ts';
import type { Binding, Queue } from '../../topology/object.ts';
import { quote } from '../../topology/quote.ts';
import { deleteObject } from '../delete.ts';
import { WouldLose } from '../would-lose.ts';
import { Conveyor } from './conveyor.ts';
import { flip, unbind } from './flip.ts';
import { countReady, untilFewAreLeft } from './pace.ts';
import { isPassing } from './passing.ts';
import type { Tally, Work } from './work.ts';

/** Milliseconds between looks. */
const pause = 250;
/** Milliseconds in which RabbitMQ has counted that a queue is empty. */
const counted = 30_000;

export interface Return {
  readonly queue: Queue;
  /** To bind to it; the others that the parking queue has are only unbound. */
  readonly bindings: readonly Binding[];
  readonly others: readonly Binding[];
  /** Whether new messages may overtake all that is parked. */
  readonly isUrgent: boolean;
}

/**
 * Throws NotReplaced if the queue doesn't take everything, and an AmqpError if the connection was
 * cut: the rest stays where it is.
 */
export async function bringBack(work: Work, tally: Tally, back: Return): Promise<void> {
  const { parking } = work;
  const { queue, bindings, others } = back;
  const conveyor = new Conveyor(work, tally, parking, queue);
  try {
    if (!back.isUrgent) {
      await conveyor.start();
      await untilFewAreLeft(work, conveyor);
      if (isFull(conveyor)) await untilItTakesMore(work, conveyor);
    }
    const took = await flip(work, bindings, parking, queue);
    tally.flipMilliseconds = Math.max(tally.flipMilliseconds, took);
    await unbind(work, others, parking);
    await untilEmptyAndDeleted(work, conveyor, queue);
  } finally {
    await conveyor.close();
  }
}

const isFull = ({ failure }: Conveyor): boolean => failure?.kind === 'full';

/** Waits as long as consumers have to drain it. */
async function untilItTakesMore(work: Work, conveyor: Conveyor): Promise<void> {
  const end = performance.now() + work.drainTimeout;
  while (isFull(conveyor) && performance.now() < end) {
    await sleep(pause);
    await conveyor.start();
    await untilFewAreLeft(work, conveyor);
  }
}

async function untilEmptyAndDeleted(work: Work, conveyor: Conveyor, to: Queue): Promise<void> {
  const { parking } = work;
  let least = Infinity;
  let leastAt = performance.now();
  for (;;) {
    const left = (await countReady(work, parking)) + conveyor.underWay;
    const isMoreAgain = least === 0 && left > 0;
    if (left < least || isMoreAgain) [least, leastAt] = [left, performance.now()];
    const spent = performance.now() - leastAt;
    const { failure } = conveyor;
    if (left > 0 && failure?.kind === 'other' && isPassing(failure.error)) throw failure.error;
    const why = left === 0 ? await deleteParking(work, conveyor) : failure?.error;
    if (left === 0 && why === undefined) return;
    const patience = left === 0 ? counted : isFull(conveyor) ? work.drainTimeout : 0;
    if (why !== undefined && spent > patience) throw toStuck(parking, to, left, why);
    if (left > 0) await conveyor.start();
    await sleep(pause);
  }
}

/** Returns why it is still there: RabbitMQ counts what has just been moved late. */
async function deleteParking(work: Work, conveyor: Conveyor): Promise<Error | undefined> {
  const { client, sources, parking } = work;
  await conveyor.stop();
  return deleteObject(client, sources, parking, 'lose-nothing').then(() => undefined, ifNotEmpty);
}

function ifNotEmpty(error: unknown): WouldLose {
  if (error instanceof WouldLose) return error;
  throw error;
}

function toStuck(parking: Queue, to: Queue, left: number, why: Error): NotReplaced {
  const waiting = left === 0 ? 'messages may' : plural(left, 'message');
  return new NotReplaced(
    `${addressOf(to)} is back with its bindings, but ${waiting} wait in queue ${quote(parking.name)}: ${why.message}`,
    'remove the cause, then run topo apply again: it goes on',
    new Map(),
  );
}
