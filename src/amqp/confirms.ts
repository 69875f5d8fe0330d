// Keeps account of what a confirm channel was sent and has not answered yet.
import type { RawMessage } from './raw-message.ts';

export interface Sent {
  /** The tag of the delivery that it came by. */
  readonly tag: number;
  readonly bytes: number;
  /** Whether it goes back to the end of its queue. */
  readonly isHome?: boolean;
  /** Kept of one that its queue does not take back. */
  readonly message?: RawMessage;
}

/** A confirm, or its refusal. */
export interface Answer {
  readonly deliveryTag: number;
  readonly multiple: boolean;
}

export class Confirms {
  /** By the numbers of their answers, which begin with 1 and are in the order of sending. */
  readonly #underWay = new Map<number, Sent>();
  /** Answered ahead of an earlier one; whether the broker has it. */
  readonly #early = new Map<number, boolean>();
  #sent = 0;
  #answered = 0;
  #bytes = 0;

  get sent(): number {
    return this.#sent;
  }

  get answered(): number {
    return this.#answered;
  }

  /** How many are under way. */
  get waiting(): number {
    return this.#underWay.size;
  }

  /** Of what is under way. */
  get bytes(): number {
    return this.#bytes;
  }

  add(sent: Sent): void {
    this.#underWay.set(++this.#sent, sent);
    this.#bytes += sent.bytes;
  }

  /** Calls `settle` for what is answered without a gap, in the order of sending. */
  hear(
    { deliveryTag, multiple }: Answer,
    isTaken: boolean,
    settle: (sent: Sent, isTaken: boolean) => void,
  ): void {
    const first = multiple ? this.#answered + 1 : deliveryTag;
    for (let number = first; number <= deliveryTag; number++)
      if (!this.#early.has(number)) this.#early.set(number, isTaken);
    for (;;) {
      const next = this.#early.get(this.#answered + 1);
      if (next === undefined) return;
      this.#early.delete(++this.#answered);
      const sent = this.#underWay.get(this.#answered);
      this.#underWay.delete(this.#answered);
      if (sent === undefined) continue;
      this.#bytes -= sent.bytes;
      settle(sent, next);
    }
  }
}
