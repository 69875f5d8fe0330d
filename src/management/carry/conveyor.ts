// Moves everything that is in a queue, and everything that comes, to another until it is stopped.
// Goes ahead of the queue's other consumers, so that they get what is left in order.
import { createHash } from 'node:crypto';
import { toAmqpError, type AmqpError } from '../../amqp/amqp-error.ts';
import { isBlocked } from '../../amqp/blocked.ts';
import { moveMessages } from '../../amqp/move-messages.ts';
import { destinationFull, noMessageComes } from '../../amqp/move.ts';
import { nameBeside } from '../../topology/own.ts';
import type { Queue } from '../../topology/object.ts';
import { closeFan, explained, isTaken, objectionTo, openFan, type Way } from '../fan.ts';
import type { Tally, Work } from './work.ts';

export type Direction = 'out' | 'back';

/** The same in each run, so that a run finds what an interrupted one left. */
export function fanOf(parking: Queue, direction: Direction): string {
  const hash = createHash('sha256').update(`${direction} ${parking.name}`).digest('hex');
  return nameBeside(parking.name, 'move', hash.slice(0, 8));
}

/** Fans that an interrupted run left would pass for bindings of the queue. */
export async function closeFans({ sources, parking }: Work): Promise<void> {
  for (const direction of ['out', 'back'] as const)
    await closeFan(sources.amqp, parking.vhost, fanOf(parking, direction));
}

/**
 * `taken`: a consumer has the source to itself. `objected`: the next message can't be sent on.
 * `full`: the destination refuses messages.
 */
export interface Failure {
  readonly kind: 'taken' | 'objected' | 'full' | 'other';
  readonly error: AmqpError;
}

const blocked =
  'the broker is short of memory or disk: carrying over queues waits until it takes messages again';

/** Above what applications use. */
const priority = 1_000_000;
/** Milliseconds. */
const patience = 100;
const silence = 10_000;

export class Conveyor {
  readonly #work: Work;
  readonly #tally: Tally;
  readonly #direction: Direction;
  readonly #way: Way;
  #stop = new AbortController();
  #ended: Promise<void> | undefined;
  #objection: AmqpError | undefined;
  failure: Failure | undefined;
  /** How many are taken and have not arrived yet. */
  underWay = 0;

  constructor(work: Work, tally: Tally, source: Queue, destination: Queue) {
    this.#work = work;
    this.#tally = tally;
    this.#direction = destination === work.parking ? 'out' : 'back';
    this.#way = { source, destination, exchange: fanOf(work.parking, this.#direction) };
  }

  get source(): Queue {
    return this.#way.source;
  }

  /** Whether the broker takes no messages for now: it is short of memory or disk. */
  async isBlocked(): Promise<boolean> {
    if (this.#ended === undefined) return false;
    return isBlocked(await this.#work.sources.amqp.connect(this.source.vhost, 'putting'));
  }

  /** Goes on if it runs already. */
  async start(): Promise<void> {
    if (this.#ended !== undefined) return;
    await openFan(this.#work.sources.amqp, this.#way);
    this.failure = undefined;
    this.#stop = new AbortController();
    this.#ended = this.#run().finally(() => (this.#ended = undefined));
  }

  /** Once stopped, everything that it took has arrived, unless it failed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async close(): Promise<void> {
    await this.stop();
    await closeFan(this.#work.sources.amqp, this.source.vhost, this.#way.exchange);
  }

  async #run(): Promise<void> {
    const { sources, tags } = this.#work;
    const { source, exchange } = this.#way;
    const { amqp } = sources;
    let before = 0;
    try {
      const { error, messages } = await moveMessages(amqp, {
        ...{ vhost: source.vhost, source: source.name, exchange },
        ...{ looks: Infinity, limit: Infinity, isEndless: true, priority, patience, silence },
        isAutoDelete: source.auto_delete,
        stop: this.#stop.signal,
        onBlocked: () => {
          sources.waiting.say(Infinity, 'blocked', blocked);
        },
        objection: (message) => (this.#objection = objectionTo(message, amqp, tags)),
        onMoved: (moved, underWay) => {
          this.underWay = underWay;
          this.#count(moved - before);
          before = moved;
        },
      });
      this.#count(messages - before);
      if (error !== undefined) this.failure = this.#toFailure(error);
    } catch (error) {
      this.failure = this.#toFailure(toAmqpError(error));
    } finally {
      this.underWay = 0;
    }
  }

  #count(messages: number): void {
    if (messages === 0) return;
    const { work, tally } = { work: this.#work, tally: this.#tally };
    tally.moved += messages;
    if (this.#direction === 'out') tally.parked += messages;
    work.onMoved(tally.moved);
  }

  #toFailure(error: AmqpError): Failure {
    const said = explained(error, this.#work.sources.amqp, this.#way);
    if (error === this.#objection) return { kind: 'objected', error: said };
    if (error === destinationFull) return { kind: 'full', error: said };
    const isElsewhere = error === noMessageComes || isTaken(error);
    return { kind: isElsewhere ? 'taken' : 'other', error: said };
  }
}
