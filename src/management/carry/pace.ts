// Waits until few messages are left to move, so that those published to the other queue from then
// on overtake few of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { toAmqpError } from '../../amqp/amqp-error.ts';
import { countQueue, NoAnswer, type Count } from '../../amqp/count.ts';
import type { Queue } from '../../topology/object.ts';
import type { Conveyor } from './conveyor.ts';
import type { Work } from './work.ts';

const few = 20;
/** Messages that are moved in a moment. */
const nearlyFew = 500;
/** What counts as progress: a tenth of what is left, or so many messages. */
const progress = { part: 0.1, messages: 1_000 };
/** Milliseconds without progress after which no more is hoped for. */
const patience = { far: 10_000, near: 1_000 };
/** Milliseconds between looks. */
const pause = 20;

/** Returns also if the conveyor has failed. */
export async function untilFewAreLeft(work: Work, conveyor: Conveyor): Promise<void> {
  let least = Infinity;
  let leastAt = performance.now();
  while (conveyor.failure === undefined) {
    const left = (await countReady(work, conveyor.source)) + conveyor.underWay;
    if (left <= few) return;
    if (await conveyor.isBlocked()) leastAt = performance.now();
    if (left < least - enough(least)) [least, leastAt] = [left, performance.now()];
    const spent = performance.now() - leastAt;
    if (spent > (left <= nearlyFew ? patience.near : patience.far)) return;
    await sleep(pause);
  }
}

const enough = (left: number): number =>
  left === Infinity ? 0 : Math.min(left * progress.part, progress.messages);

/** How long consumers have to drain a queue: not counting when the broker takes no messages. */
export class Deadline {
  #end: number;
  #lookedAt = performance.now();

  constructor(milliseconds: number) {
    this.#end = this.#lookedAt + milliseconds;
  }

  get left(): number {
    return this.#end - performance.now();
  }

  isOver(isBlocked = false): boolean {
    const now = performance.now();
    if (isBlocked) this.#end += now - this.#lookedAt;
    this.#lookedAt = now;
    return now > this.#end;
  }
}

/** Throws an AmqpError. */
export async function countReady({ sources }: Work, queue: Queue): Promise<number> {
  return (await lookInto(sources.amqp, queue)).ready;
}

/** A queue that does not answer may hold anything. Throws an AmqpError. */
export async function lookInto(
  amqp: Work['sources']['amqp'],
  { vhost, name }: Queue,
): Promise<Count> {
  return amqp.withChannel(vhost, async (channel) => {
    try {
      return await countQueue(channel, name);
    } catch (error) {
      if (error instanceof NoAnswer) return { ready: Infinity, consumers: Infinity };
      throw toAmqpError(error);
    }
  });
}
