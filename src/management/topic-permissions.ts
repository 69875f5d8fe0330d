// Keeps topic permissions while their exchange is replaced: with Khepri, which RabbitMQ 4.0 brought
// and 4.3 prescribes, they go with it.
import { type Exchange, isExchange, type Queue, type TopicPermission } from '../topology/object.ts';
import type { Live } from '../topology/live.ts';
import type { Client } from './client.ts';
import { forgo } from './forgo.ts';
import { callsOf, pathOfSetting, readSettings } from './settings.ts';

export class TopicPermissions {
  readonly #client: Client;
  #mayGo = false;

  constructor(client: Client) {
    this.#client = client;
  }

  learn({ broker }: Live): void {
    this.#mayGo = Number.parseInt(broker.version) >= 4;
  }

  /** Puts back what was there before, even after a failure. */
  async keep<T>(end: Exchange | Queue, replace: () => Promise<T>): Promise<T> {
    const held = this.#mayGo && isExchange(end) ? await this.#readOn(end) : [];
    try {
      return await replace();
    } finally {
      const firm = this.#client.firm();
      await Promise.all(
        held.map((one) => firm.write('PUT', pathOfSetting(one), callsOf(one).bodyOf(one))),
      ).catch(forgo);
    }
  }

  /** None for a user who may not read them, and so not put them back. */
  async #readOn({ vhost, name }: Exchange): Promise<TopicPermission[]> {
    const all = await readSettings(this.#client, 'topic_permission').catch(forgo);
    return (all ?? []).filter((one) => one.vhost === vhost && one.exchange === name);
  }
}
