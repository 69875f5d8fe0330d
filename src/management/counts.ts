// Reads what queues hold from the management API's lists: on 3.10 only the list has live counts.
import type { Client } from './client.ts';
import { readCounts, readQueues, type CountRow, type QueueRow } from './lists.ts';

/**
 * Live for a classic queue, up to 5 s old for a quorum queue; undefined if the broker doesn't say.
 */
export interface Counts {
  readonly ready: number | undefined;
  readonly unacked: number | undefined;
  /**
   * Messages that a dead-letter exchange has not confirmed yet: neither ready nor unacknowledged.
   */
  readonly leaving: number;
  readonly type: string;
  readonly state: string;
  /** The name of the policy that applies. */
  readonly policy: string | undefined;
}

/** Milliseconds after the end of a list in which a delete may still rely on it. */
const window = 2_000;

interface List {
  readonly counts: Promise<ReadonlyMap<string, Counts>>;
  /** Undefined while the list is read. */
  ended: number | undefined;
}

export class QueueCounts {
  readonly #client: Client;
  readonly #lists = new Map<string, List>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Returns the counts of all queues of a vhost, by name. */
  read(vhost: string): Promise<ReadonlyMap<string, Counts>> {
    return this.#begin(vhost).counts;
  }

  /**
   * The same, or a list read a moment ago: one list for each of many deletes would take forever.
   * Once this list is too old the deletes wait for the next: a list read during deletes takes the
   * broker ten times as long, and slows the deletes as much.
   */
  readShared(vhost: string): Promise<ReadonlyMap<string, Counts>> {
    const last = this.#lists.get(vhost);
    const isFresh =
      last !== undefined && (last.ended === undefined || performance.now() - last.ended <= window);
    return isFresh ? last.counts : this.read(vhost);
  }

  /**
   * Returns the rows themselves, of all vhosts if none is named. Keeps the counts of a single
   * vhost.
   */
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
    return toCounts(await readCounts(this.#client, vhost));
  }
}

function toCounts(rows: readonly CountRow[]): Map<string, Counts> {
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

/** Returns undefined if the broker doesn't say. */
export function countOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}

export const stateOf = ({ state }: CountRow): string =>
  typeof state === 'string' ? state : 'unknown';

/** The total includes them; a passive declaration over AMQP does not. */
function leavingOf({ messages, messages_ready, messages_unacknowledged }: CountRow): number {
  const [all = 0, ready = 0, unacked = 0] = [messages, messages_ready, messages_unacknowledged].map(
    countOf,
  );
  return Math.max(0, all - ready - unacked);
}
