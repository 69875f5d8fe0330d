// The lock of one vhost, once it is taken: renewed, and given back.
import type { Queue } from '../topology/object.ts';
import type { Client } from './client.ts';
import { bodyOfLock } from './lock-queue.ts';
import { elapsed, moment, type Moment } from './moment.ts';
import { pathOfNamed } from './path.ts';

/** Milliseconds to wait for an answer; at the end, nothing is left to do with it. */
const patience = { renewal: 5_000, end: 1_000 };

const expired = 'it had expired, or was deleted';

export type Renewal =
  | { readonly kind: 'held' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'lost'; readonly why: string };

export class VhostLock {
  readonly #client: Client;
  readonly #queue: Queue;
  readonly #expires: number;
  readonly #onEnd: () => void;
  /** The broker has counted from here, or from later. */
  #since: Moment;
  /** Whether the last renewal may have been carried out or not. */
  #isDoubtful = false;

  /** `since`: before it was taken. `onEnd` is called once it is given back. */
  constructor(client: Client, queue: Queue, since: Moment, onEnd: () => void = () => undefined) {
    this.#client = client;
    this.#queue = queue;
    this.#expires = Number(queue.arguments.get('x-expires'));
    this.#since = since;
    this.#onEnd = onEnd;
  }

  get queue(): Queue {
    return this.#queue;
  }

  /** Whether it can't have expired, nor will for a while. */
  isFresh(): boolean {
    return elapsed(this.#since) < (this.#expires * 5) / 6;
  }

  /**
   * Declares it again. Only an answer that it was there already proves that it was held all the
   * time: no other knows its number.
   */
  async renew(most = patience.renewal): Promise<Renewal> {
    const began = moment();
    const answer = await this.#client.once('PUT', this.#path, bodyOfLock(this.#queue), most);
    if (answer === undefined) {
      this.#isDoubtful = true;
      return { kind: 'unknown' };
    }
    const { status, why } = answer;
    if (status === 204 && (!this.#isDoubtful || elapsed(this.#since) < this.#expires)) {
      this.#since = began;
      this.#isDoubtful = false;
      return { kind: 'held' };
    }
    if (status >= 400) return { kind: 'lost', why };
    // It is there again, but another apply may have come and gone.
    await this.#client.once('DELETE', this.#path, undefined, most);
    return { kind: 'lost', why: expired };
  }

  /**
   * Says whether it had been held until now. Leaves it to expire if that could happen before the
   * delete arrives: it would be another's that is deleted.
   */
  async giveBack(): Promise<Renewal> {
    try {
      const isOld = elapsed(this.#since) > this.#expires / 2;
      const renewal = isOld ? await this.renew(patience.end) : ({ kind: 'held' } as const);
      if (renewal.kind !== 'held') return renewal;
      const firm = this.#client.firm();
      const answer = await firm.once('DELETE', this.#path, undefined, patience.end);
      return answer?.status === 404 ? { kind: 'lost', why: expired } : renewal;
    } finally {
      this.#onEnd();
    }
  }

  /** If no answer says whether it was taken: leaves none that only expires. */
  async withdraw(): Promise<void> {
    const renewal = await this.renew(patience.end);
    if (renewal.kind === 'held') await this.giveBack();
  }

  get #path(): string {
    return pathOfNamed(this.#queue);
  }
}
