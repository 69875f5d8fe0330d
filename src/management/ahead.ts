// Reads the lists of one vhost before they are asked for, while topo still reads its files. If that
// fails, or another vhost is asked for, they are read as usual: so a guess may be wrong.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../connection/connection.ts';
import type { LiveRouting } from '../topology/live.ts';
import { Client } from './client.ts';
import { QueueCounts } from './counts.ts';
import { readObjects } from './snapshot.ts';
import { readTags } from './whoami.ts';

/** Milliseconds to wait for the requests to be on their way. */
const patience = 200;

export class Ahead {
  readonly #connection: Connection;
  readonly #over = new AbortController();
  #client: Client | undefined;
  #vhost: string | undefined;
  #objects: Promise<readonly LiveRouting[]> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Returns once the requests are most likely on their way, as a later one has its answer: parsing
   * blocks everything else.
   */
  async start(vhost: string): Promise<void> {
    const client = new Client(this.#connection, this.#over.signal);
    // Deletes rely on counts of a known age, and these may lie unread for a while.
    const counts = new QueueCounts(client);
    this.#client = client;
    this.#vhost = vhost;
    this.#objects = readObjects({ client, counts, vhost });
    this.#objects.catch(() => undefined);
    const late = sleep(patience, undefined, { ref: false });
    await Promise.race([readTags(client).catch(() => undefined), late]);
  }

  /** Returns the objects of a vhost, once; undefined if they are not being read. */
  take(vhost: string): Promise<readonly LiveRouting[]> | undefined {
    if (vhost !== this.#vhost) return undefined;
    this.#vhost = undefined;
    return this.#objects;
  }

  close(): void {
    this.#over.abort(new Error('no longer needed'));
    this.#client?.close();
  }
}
