// The records of this run. To another run it looks like one that was cut off: where nothing is away just then, that run deletes them. So each
// is looked for right before something is taken away, and written again.
import type { Record } from '../reconcile/record.ts';
import type { Client } from './client.ts';
import { deleteRecord, isRecordGone, keepRecord } from './records.ts';

export class OwnRecords {
  readonly #client: Client;
  readonly #kept = new Set<Record>();

  constructor(client: Client) {
    this.#client = client;
  }

  async keep(record: Record): Promise<void> {
    await keepRecord(this.#client, record);
    this.#kept.add(record);
  }

  async delete(record: Record): Promise<void> {
    this.#kept.delete(record);
    await deleteRecord(this.#client, record);
  }

  /** Throws where the broker refuses. */
  async assertKept(vhost: string): Promise<void> {
    for (const record of this.#kept) {
      if (record.vhost !== vhost || !(await isRecordGone(this.#client, record))) continue;
      await keepRecord(this.#client, record);
    }
  }
}
