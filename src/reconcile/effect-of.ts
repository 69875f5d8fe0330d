// Sums up what one change of a policy does, with a few names: a policy may match thousands.
import { addressOf } from '../topology/identity.ts';
import { isQueue, type BindingEnd, type Queue } from '../topology/object.ts';
import type { Standing } from '../topology/policy-matches.ts';
import type { QueueLoss } from '../topology/queue-loss.ts';
import type { QueueNote } from '../topology/queue-notes.ts';
import type { Unknown } from './held.ts';
import type { Effect } from './plan.generated.ts';

type Move = Effect['moves'][number];
type Note = NonNullable<Effect['notes']>[number];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Counts {
  readonly ready: number | undefined;
  readonly unacked: number | undefined;
}

/** Named in a plan. */
const few = 3;

export class EffectOf {
  readonly #moves = new Map<string, Mutable<Move>>();
  readonly #notes = new Map<string, Mutable<Note>>();
  #loss: Mutable<NonNullable<Effect['loss']>> | undefined;

  /** Several standings on a side: topo can't tell. */
  moves(end: BindingEnd, before: Standing, after: Standing): void {
    const key = JSON.stringify([namesIn(before), namesIn(after)]);
    const move = this.#moves.get(key) ?? {
      from: namesIn(before),
      to: namesIn(after),
      queues: 0,
      exchanges: 0,
      some: [],
    };
    this.#moves.set(key, move);
    if (isQueue(end)) move.queues++;
    else move.exchanges++;
    if (move.some.length < few) move.some.push(addressOf(end));
  }

  loses(queue: Queue, { messages, by }: QueueLoss, unknown?: Unknown): void {
    this.#loss ??= { queues: 0, messages: 0, uncounted: 0, some: [] };
    const loss = this.#loss;
    loss.queues++;
    if (messages === undefined) loss.uncounted++;
    else loss.messages += messages;
    if (unknown !== undefined) loss.unknown ??= unknown;
    if (loss.some.length < few) loss.some.push({ address: addressOf(queue), by });
  }

  /** Undefined counts: topo can't tell. */
  notes(queue: Queue, { what, then }: QueueNote, { ready, unacked }: Counts): void {
    const key = JSON.stringify([what, then]);
    const note = this.#notes.get(key) ?? {
      ...{ what, then, queues: 0, messages: 0, uncounted: 0, some: [] },
    };
    this.#notes.set(key, note);
    note.queues++;
    if (ready === undefined || unacked === undefined) note.uncounted++;
    else note.messages += ready + unacked;
    if (note.some.length < few) note.some.push(addressOf(queue));
  }

  toEffect(): Effect {
    const moves = [...this.#moves.values()];
    const notes = [...this.#notes.values()];
    return {
      moves,
      ...(this.#loss && { loss: this.#loss }),
      ...(notes.length > 0 && { notes }),
    };
  }
}

const namesIn = (standing: Standing): (string | null)[] => standing.map((one) => one?.name ?? null);
