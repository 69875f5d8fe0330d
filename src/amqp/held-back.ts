// Messages that a quorum queue would drop, or dead-letter, if they went back to it: they wait until
// none of them can come again, and then go to its end.
import { headerOf } from './properties.ts';
import type { RawMessage } from './raw-message.ts';

/** How often a queue takes a message back before it drops it. */
export interface GiveBack {
  readonly limit: number;
  /** Leads to the source alone, whatever the routing key. */
  readonly home: string;
}

export class HeldBack {
  readonly #giveBack: GiveBack | undefined;
  #messages: RawMessage[] = [];
  #isAny = false;
  #bytes = 0;

  /** Without `giveBack`, no message is known to be so. */
  constructor(giveBack: GiveBack | undefined) {
    this.#giveBack = giveBack;
  }

  /** Whether there was one: from then on, each message is acknowledged alone. */
  get isAny(): boolean {
    return this.#isAny;
  }

  /** Of all that came. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The exchange over which they go. */
  get home(): string {
    return this.#giveBack?.home ?? '';
  }

  /** Whether a message can't go back. `counts`: how many deliveries its return makes. */
  isMeantFor({ properties }: RawMessage, counts = 1): boolean {
    if (this.#giveBack === undefined) return false;
    const delivered = Number(headerOf(properties, 'x-delivery-count') ?? 0);
    return delivered + counts > this.#giveBack.limit;
  }

  add(message: RawMessage): void {
    this.#isAny = true;
    this.#messages.push(message);
    this.#bytes += message.content.length;
  }

  takeAll(): RawMessage[] {
    const all = this.#messages;
    this.#messages = [];
    return all;
  }
}
