// Looks at each object once more before it is deleted: another may have its name by now.
import { hasOwnRequest, objectOf, type Step } from '../reconcile/step.ts';
import { isBindingEnd, type BindingEnd } from '../topology/object.ts';
import type { Client } from './client.ts';
import { assertAsPlanned } from './look.ts';

/** Looks at more than so many would take the broker longer than the deletes. */
const many = 100;

export class LastLooks {
  readonly #client: Client;
  /** By vhost, how many exchanges and queues go. */
  readonly #going = new Map<string, number>();

  constructor(client: Client) {
    this.#client = client;
  }

  foresee(steps: readonly Step[]): void {
    for (const step of steps.filter(hasOwnRequest)) {
      const object = objectOf(step);
      if (step.kind !== 'delete' || !isBindingEnd(object)) continue;
      this.#going.set(object.vhost, 1 + (this.#going.get(object.vhost) ?? 0));
    }
  }

  /** Returns whether it may still be there. Throws ChangedSince, or Unseen if no answer tells. */
  async look(object: BindingEnd): Promise<boolean> {
    if ((this.#going.get(object.vhost) ?? 0) > many) return true;
    return assertAsPlanned(this.#client, object);
  }
}
