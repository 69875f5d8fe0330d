// Before 4.0, RabbitMQ stores no x-queue-type for a classic queue that names none, as applications
// and imports do.
import type { Live } from '../topology/live.ts';
import { type TopologyObject, isQueue } from '../topology/object.ts';

export class ImpliedTypes {
  readonly #vhosts = new Set<string>();
  #mayLeaveOut = false;

  /**
   * From 4.0 on the broker adds the argument itself; in a vhost with another default type it must
   * be sent.
   */
  learn({ broker, vhosts }: Live): void {
    this.#vhosts.clear();
    this.#mayLeaveOut = Number.parseInt(broker.version) < 4;
    if (!this.#mayLeaveOut) return;
    for (const { name, default_queue_type: type } of vhosts.values()) {
      if (type === 'classic') this.#vhosts.add(name);
    }
  }

  /** The plan took a vhost that it creates to have this type. */
  learnOf(object: TopologyObject): void {
    if (object.kind !== 'vhost' || !this.#mayLeaveOut) return;
    if ((object.default_queue_type ?? 'classic') === 'classic') this.#vhosts.add(object.name);
  }

  /** Returns the object as it has to be declared. */
  leaveOut<T extends TopologyObject>(object: T): T {
    if (!isQueue(object) || object.type !== 'classic') return object;
    return this.#vhosts.has(object.vhost) ? { ...object, type: null } : object;
  }
}
