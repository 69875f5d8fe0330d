// Sums up what one change of a policy does, with a few names: a policy may match thousands.
import { addressOf } from '../topology/identity.ts';
import { isQueue, type BindingEnd, type Queue } from '../topology/object.ts';
import type { Standing } from '../topology/policy-matches.ts';
import type { QueueLoss } from '../topology/queue-loss.ts';
import type { Effect } from './plan.generated.ts';

type Move = Effect['moves'][number];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Named in a plan. */
const few = 3;

export class EffectOf {
  readonly #moves = new Map<string, Mutable<Move>>();
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

  loses(queue: Queue, { messages, by }: QueueLoss): void {
    this.#loss ??= { queues: 0, messages: 0, uncounted: 0, some: [] };
    const loss = this.#loss;
    loss.queues++;
    if (messages === undefined) loss.uncounted++;
    else loss.messages += messages;
    if (loss.some.length < few) loss.some.push({ address: addressOf(queue), by });
  }

  toEffect(): Effect {
    const moves = [...this.#moves.values()];
    return this.#loss === undefined ? { moves } : { moves, loss: this.#loss };
  }
}

const namesIn = (standing: Standing): (string | null)[] => standing.map((one) => one?.name ?? null);
