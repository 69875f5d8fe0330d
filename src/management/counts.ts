// What queues hold by the management API. Always from the list: on 3.10 only the list has live counts.
import type { Client } from './client.ts';
import { readQueues, type QueueRow } from './lists.ts';

/** Of a classic queue live, of a quorum queue up to `lag` old; undefined where the broker doesn't say. */
export interface Counts {
  readonly ready: number | undefined;
  readonly unacked: number | undefined;
  readonly type: string;
  readonly state: string;
}

/** Milliseconds after which the broker counts a quorum queue's messages anew, and some more. */
export const lag = 6_000;
/** Milliseconds after its end that deletes in a row share one list, and at least as long as it took to make. */
const shared = 500;

interface List {
  readonly counts: Promise<ReadonlyMap<string, Counts>>;
  /** Shared until then; for ever while it is under way. */
  until: number;
}

export class QueueCounts {
  readonly #client: Client;
  readonly #lists = new Map<string, List>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Of all queues of a vhost, by name. */
  read(vhost: string): Promise<ReadonlyMap<string, Counts>> {
    const started = performance.now();
    const list: List = { counts: this.#read(vhost), until: Infinity };
    this.#lists.set(vhost, list);
    const age = () => {
      const ended = performance.now();
      list.until = ended + Math.max(shared, ended - started);
    };
    list.counts.then(age, () => this.#lists.delete(vhost));
    return list.counts;
  }

  /** The same, or a list that is under way or just ended: one for each of many deletes would take for ever. */
  readShared(vhost: string): Promise<ReadonlyMap<string, Counts>> {
    const last = this.#lists.get(vhost);
    return last !== undefined && performance.now() < last.until ? last.counts : this.read(vhost);
  }

  async #read(vhost: string): Promise<ReadonlyMap<string, Counts>> {
    return toCounts(await readQueues(this.#client, vhost));
  }
}

function toCounts(rows: readonly QueueRow[]): Map<string, Counts> {
  return new Map(
    rows.map((row) => [
      row.name,
      {
        ready: row.messages_ready ?? undefined,
        unacked: row.messages_unacknowledged ?? undefined,
        type: row.type ?? 'classic',
        state: row.state ?? 'unknown',
      },
    ]),
  );
}
