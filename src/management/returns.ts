// Decides which bindings a replacement puts back: not those removed since the plan was made, but
// those that a file declares, or that this run or an earlier one removed.
import type { PlannedBindings } from '../reconcile/planned-bindings.ts';
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import { type Binding, isBinding } from '../topology/object.ts';
import { looksOf, type Attached } from './attached.ts';

interface Planned {
  readonly bindings: readonly Binding[];
  readonly planned: PlannedBindings;
}

export class Returns {
  /**
   * The bindings at the last reading: one that was missing then was not removed by its owner just
   * now.
   */
  #read: ReadonlySet<Address> = new Set();
  /** Removed by a replacement of this run, and not yet put back. */
  readonly #taken = new Set<Address>();

  noteRead({ objects }: Live): void {
    const addresses = [...objects].flatMap(([address, object]) =>
      isBinding(object) ? address : [],
    );
    this.#read = new Set(addresses);
  }

  /** Compares with the last look. */
  sort(
    { bindings, planned }: Planned,
    attached: Attached,
  ): { readonly back: Binding[]; readonly removed: Binding[] } {
    const declared = new Set(planned.declared.map(addressOf));
    const isRemoved = (binding: Binding): boolean => {
      const address = addressOf(binding);
      const isLeft = attached.has(looksOf(binding)) || declared.has(address);
      return !isLeft && this.#read.has(address) && !this.#taken.has(address);
    };
    const removed = bindings.filter(isRemoved);
    return { back: bindings.filter((binding) => !removed.includes(binding)), removed };
  }

  take(bindings: readonly Binding[]): void {
    for (const binding of bindings) this.#taken.add(addressOf(binding));
  }

  give(back: readonly Binding[]): void {
    for (const binding of back) this.#taken.delete(addressOf(binding));
  }
}
