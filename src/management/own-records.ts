// Keeps this run's records alive. Another run takes them for those of an interrupted run, and
// deletes them if nothing is missing just then: so check each right before deleting an object, and
// write it again if it is gone.
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

  /** Throws if the broker refuses. */
  async assertKept(vhost: string): Promise<void> {
    for (const record of this.#kept) {
      if (record.vhost !== vhost || !(await isRecordGone(this.#client, record))) continue;
      await keepRecord(this.#client, record);
    }
  }
}
