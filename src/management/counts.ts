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
/** Milliseconds that many deletes in a row share one list. */
const shared = 500;

export class QueueCounts {
  readonly #client: Client;
  readonly #lists = new Map<
    string,
    { since: number; counts: Promise<ReadonlyMap<string, Counts>> }
  >();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Of all queues of a vhost, by name. */
  read(vhost: string): Promise<ReadonlyMap<string, Counts>> {
    const counts = readQueues(this.#client, vhost).then(toCounts);
    this.#lists.set(vhost, { since: performance.now(), counts });
    return counts;
  }

  /** The same, asked for at most half a second ago. */
  readShared(vhost: string): Promise<ReadonlyMap<string, Counts>> {
    const last = this.#lists.get(vhost);
    const isRecent = last !== undefined && performance.now() - last.since < shared;
    return isRecent ? last.counts : this.read(vhost);
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
