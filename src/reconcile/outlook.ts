// Where messages are sent on to, now and after a plan.
import type { Address } from '../topology/address.ts';
import { AppliedPolicies } from '../topology/applied-policies.ts';
import type { Desired } from '../topology/desired.ts';
import type { Live } from '../topology/live.ts';
import type { TopologyObject } from '../topology/object.ts';
import { Ways } from '../topology/onward.ts';
import { subjectOf, type Change } from './change.ts';
import { withVhostDefault } from './diff.ts';

type Objects = ReadonlyMap<Address, TopologyObject>;

export interface World {
  readonly objects: Objects;
  readonly ways: Ways;
}

/** Matches policies only once for all states of a plan. */
export class Outlook {
  readonly policies: AppliedPolicies;
  readonly now: World;
  /** Only what the files declare. */
  readonly declared: World;
  readonly #live: Live;

  constructor(desired: Pick<Desired, 'objects'>, live: Live) {
    const declared = new Map<Address, TopologyObject>(
      [...desired.objects].map(([address, { object }]) => [
        address,
        withVhostDefault(object, live),
      ]),
    );
    this.#live = live;
    this.policies = new AppliedPolicies(live, declared.values());
    this.now = this.#worldOf(live.objects);
    this.declared = this.#worldOf(declared);
  }

  /** Only what the files declare, under the policies that changes leave. */
  declaredUnder(changes: readonly Change[]): World {
    if (changes.length === 0) return this.declared;
    const objects = afterAll(changes, this.#live.objects);
    return this.#worldAfter(changes, this.declared.objects, objects);
  }

  /** Declared objects that the plan leaves out don't exist in it. */
  after(changes: readonly Change[]): World {
    return this.#worldAfter(changes, afterAll(changes, this.#live.objects));
  }

  /** As if the plan also created the declared objects that it leaves out. */
  afterWithDeclared(changes: readonly Change[]): World {
    const isThere = (address: Address): boolean => this.#live.objects.has(address);
    if (changes.length === 0 && [...this.declared.objects.keys()].every(isThere)) return this.now;
    const objects = afterAll(changes, this.#live.objects);
    for (const [address, object] of this.declared.objects) {
      if (!objects.has(address)) objects.set(address, object);
    }
    return this.#worldAfter(changes, objects);
  }

  #worldOf(objects: Objects, policies = this.policies): World {
    return { objects, ways: new Ways(objects, policies) };
  }

  /**
   * Where policies change, what the broker says of its objects no longer holds. `all`: the policies
   * are among them.
   */
  #worldAfter(changes: readonly Change[], objects: Objects, all = objects): World {
    const vhosts = new Set(
      changes.map(subjectOf).flatMap((object) => (object.kind === 'policy' ? object.vhost : [])),
    );
    if (vhosts.size === 0) return this.#worldOf(objects);
    const { broker, objects: live } = this.#live;
    const told = [...live].filter(([, { vhost }]) => vhost === null || !vhosts.has(vhost));
    const policies = [...all.values()].filter((object) => object.kind === 'policy');
    const known = { broker, objects: new Map(told), policies };
    return this.#worldOf(objects, new AppliedPolicies(known, objects.values()));
  }
}

function afterAll(changes: readonly Change[], before: Objects): Map<Address, TopologyObject> {
  const objects = new Map(before);
  for (const change of changes) {
    if (change.kind === 'delete') objects.delete(change.address);
    else objects.set(change.address, change.after);
  }
  return objects;
}
