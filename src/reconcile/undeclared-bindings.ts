// Finds undeclared bindings into declared objects: for example, one that stayed after its key was
// changed in the file.
import { endsOf, type Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import type { Live, LiveBinding } from '../topology/live.ts';
import { toFields } from '../topology/normal-form.ts';
import { isBinding, isExchange } from '../topology/object.ts';
import { isPredefinedExchange } from '../topology/system.ts';
import { isOwned } from './owned.ts';
import type { PlanDocument } from './plan.generated.ts';
import { isTargeted, type Selection } from './select.ts';

type UndeclaredBindings = PlanDocument['undeclared_bindings'][number];

/** How many to name for each destination; all are counted. */
const mostNamed = 20;

/** Groups them by destination. */
export function findUndeclaredBindings(
  desired: Desired,
  live: Live,
  { targets }: Selection,
): UndeclaredBindings[] {
  const found = new Map<Address, [Address, LiveBinding][]>();
  for (const [address, object] of live.objects) {
    if (!isBinding(object) || object.odd !== undefined || desired.objects.has(address)) continue;
    const { destination } = endsOf(object);
    if (!desired.objects.has(destination) || isOwned(address, object, desired, live)) continue;
    if (isOfPlugin(object, live)) continue;
    if (targets.length > 0 && !isTargeted(object, targets)) continue;
    const others = found.get(destination);
    if (others) others.push([address, object]);
    else found.set(destination, [[address, object]]);
  }
  return [...found].sort(byAddress).map(([address, bindings]) => ({
    address,
    count: bindings.length,
    first: bindings
      .sort(byAddress)
      .slice(0, mostNamed)
      .map(([, binding]) => toFields(binding)),
  }));
}

/** Leaves a plugin's own bindings alone. */
function isOfPlugin(binding: LiveBinding, live: Live): boolean {
  const source = live.objects.get(endsOf(binding).source);
  return isExchange(source) && source.system && !isPredefinedExchange(source.name);
}

const byAddress = ([a]: [Address, unknown], [b]: [Address, unknown]): number => (a < b ? -1 : 1);
