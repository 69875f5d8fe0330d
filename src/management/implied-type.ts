// Before 4.0, RabbitMQ stores no x-queue-type for a classic queue that names none, as applications
// and imports do.
import type { Live } from '../topology/live.ts';
import { type TopologyObject, isQueue } from '../topology/object.ts';

export class ImpliedTypes {
  readonly #vhosts = new Set<string>();

  /**
   * From 4.0 on the broker adds the argument itself; in a vhost with another default type it must
   * be sent.
   */
  learn({ broker, vhosts }: Live): void {
    this.#vhosts.clear();
    if (Number.parseInt(broker.version) >= 4) return;
    for (const { name, default_queue_type: type } of vhosts.values()) {
      if (type === 'classic') this.#vhosts.add(name);
    }
  }

  /** Returns the object as it has to be declared. */
  leaveOut<T extends TopologyObject>(object: T): T {
    if (!isQueue(object) || object.type !== 'classic') return object;
    return this.#vhosts.has(object.vhost) ? { ...object, type: null } : object;
  }
}
