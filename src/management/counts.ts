// What queues hold by the management API. Always from the list: on 3.10 only the list has live counts.
import type { Client } from './client.ts';
import { readQueues, type QueueRow } from './lists.ts';

/** Of a classic queue live, of a quorum queue up to 5 s old; undefined where the broker doesn't say. */
export interface Counts {
  readonly ready: number | undefined;
  readonly unacked: number | undefined;
  /** On their way to a dead-letter exchange that has not confirmed them: neither ready nor unacknowledged. */
  readonly leaving: number;
  readonly type: string;
  readonly state: string;
  /** The name of the one that it has. */
  readonly policy: string | undefined;
}

/** Milliseconds after its end that a delete may still start by what a list says. */
const window = 2_000;

interface List {
  readonly counts: Promise<ReadonlyMap<string, Counts>>;
  /** Undefined while it is made. */
  ended: number | undefined;
}

export class QueueCounts {
  readonly #client: Client;
  readonly #lists = new Map<string, List>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Of all queues of a vhost, by name. */
  read(vhost: string): Promise<ReadonlyMap<string, Counts>> {
    return this.#begin(vhost).counts;
  }

  /**
   * The same, or a list that was made just now: one for each of many deletes would take for ever. The next is made when this one counts no
   * longer, and the deletes wait for it: among deletes a list takes the broker ten times as long, and the deletes with it.
   */
  readShared(vhost: string): Promise<ReadonlyMap<string, Counts>> {
    const last = this.#lists.get(vhost);
    const isFresh =
      last !== undefined && (last.ended === undefined || performance.now() - last.ended <= window);
    return isFresh ? last.counts : this.read(vhost);
  }

  /** The rows themselves, of all vhosts if none is named. Those of one vhost count, too. */
  async readRows(vhost: string | undefined): Promise<readonly QueueRow[]> {
    const rows = await readQueues(this.#client, vhost);
    const counts = Promise.resolve(toCounts(rows));
    if (vhost !== undefined) this.#lists.set(vhost, { counts, ended: performance.now() });
    return rows;
  }

  #begin(vhost: string): List {
    const list: List = { counts: this.#read(vhost), ended: undefined };
    this.#lists.set(vhost, list);
    list.counts.then(
      () => (list.ended = performance.now()),
      () => this.#lists.delete(vhost),
    );
    return list;
  }

  async #read(vhost: string): Promise<ReadonlyMap<string, Counts>> {
    return toCounts(await readQueues(this.#client, vhost));
  }
}

function toCounts(rows: readonly QueueRow[]): Map<string, Counts> {
  const counts = rows.flatMap((row): [string, Counts][] => {
    if (typeof row.name !== 'string') return [];
    const ready = countOf(row.messages_ready);
    const unacked = countOf(row.messages_unacknowledged);
    const type = row.type ?? 'classic';
    const policy = row.policy ?? undefined;
    const leaving = leavingOf(row);
    return [[row.name, { ready, unacked, leaving, type, state: stateOf(row), policy }]];
  });
  return new Map(counts);
}

/** Undefined where the broker doesn't say. */
export function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

export const stateOf = ({ state }: QueueRow): string =>
  typeof state === 'string' ? state : 'unknown';

/** The total counts them; a passive declaration over AMQP does not. */
function leavingOf({ messages, messages_ready, messages_unacknowledged }: QueueRow): number {
  const [all = 0, ready = 0, unacked = 0] = [messages, messages_ready, messages_unacknowledged].map(
    countOf,
  );
  return Math.max(0, all - ready - unacked);
}
