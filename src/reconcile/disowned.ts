// Finds the objects that earlier files owned and the present ones don't: they stay on the broker,
// and no plan deletes them.
import { endsOf, type Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { letIn } from '../topology/grant.ts';
import { allKinds } from '../topology/kinds/kinds.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import { isBinding, isBindingEnd } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { isManaged, isProtected } from '../topology/scope.ts';
import { isOwned } from './owned.ts';
import type { PlanDocument } from './plan.generated.ts';

type Disowned = NonNullable<PlanDocument['disowned']>[number];

/** Lists exchanges and queues first, as their bindings go with them. */
function findDisowned(was: Desired, desired: Desired, live: Live): Disowned[] {
  const left = [...live.objects].filter(
    ([address, object]) =>
      isOwned(address, object, was, live) &&
      !isOwned(address, object, desired, live) &&
      !(isBindingEnd(object) && object.system),
  );
  const addresses = new Set(left.map(([address]) => address));
  const found = left.map(([address, object]): Disowned => {
    const because = endOf(object, addresses);
    return { address, object: object.kind, ...(because !== undefined && { because }) };
  });
  return found.sort((a, b) => rank(a) - rank(b) || (a.address < b.address ? -1 : 1));
}

const rank = ({ object }: Disowned): number => allKinds.indexOf(object);

function endOf(object: LiveObject, left: ReadonlySet<Address>): Address | undefined {
  if (!isBinding(object)) return undefined;
  const { source, destination } = endsOf(object);
  return [destination, source].find((end) => left.has(end));
}

/** `upon`: the broker as planned upon; `all`: including the vhosts of the earlier files. */
export function tellDisowned(
  { warnings }: Pick<PlanDocument, 'warnings'>,
  was: Desired,
  desired: Desired,
  { all, upon }: { readonly all: Live; readonly upon: Live },
): Pick<PlanDocument, 'warnings' | 'disowned'> {
  const seen = { ...all, objects: new Map([...all.objects, ...upon.objects]) };
  return {
    warnings: [...warnings, ...warnOfUnseenVhosts(was, all)],
    disowned: findDisowned(was, desired, seen),
  };
}

/** Vhosts that topo can't read may hold more such objects. */
function warnOfUnseenVhosts(was: Desired, live: Live): Problem[] {
  return [...was.vhosts.keys()]
    .filter((vhost) => !live.vhosts.has(vhost))
    .map((vhost) => ({
      code: 'no-such-vhost',
      message: `vhost ${quote(vhost)} of --was does not exist on the broker, or this user may not see it: topo could not look into it`,
      hint: `if it is there, let the user in: ${letIn(live.broker.user, vhost)}`,
    }));
}

/** Narrows what was read to the vhosts that the files name, and those that they would delete. */
export function within(live: Live, desired: Desired): Live {
  const isNamed = (name: string): boolean => desired.vhosts.has(name) || vhostGoes(name, desired);
  const seen = new Map([...live.vhosts].filter(([name]) => isNamed(name)));
  if (seen.size === live.vhosts.size) return live;
  const objects = new Map(
    [...live.objects].filter(([, { vhost }]) => vhost === null || seen.has(vhost)),
  );
  const policies = live.policies?.filter(({ vhost }) => seen.has(vhost));
  return { ...live, vhosts: seen, objects, policies };
}

function vhostGoes(name: string, { scopes }: Desired): boolean {
  const vhost = { kind: 'vhost', vhost: null, name } as const;
  return isManaged(scopes, vhost) && !isProtected(scopes, vhost);
}
