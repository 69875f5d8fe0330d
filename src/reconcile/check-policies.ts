// Checks policies against the connected broker: what its version refuses, and what it never reads.
import type { Declared, Desired } from '../topology/desired.ts';
import { renderObject } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import { isAnyPolicy } from '../topology/object.ts';
import { policyKeys } from '../topology/policy-keys.ts';
import type { AnyPolicy } from '../topology/policy-matches.ts';
import { idleIn, refusedIn } from '../topology/policy-versions.ts';
import type { Breach, Problem } from '../topology/problem.ts';

export function policiesFitVersion(desired: Desired, { broker }: Live): Problem[] {
  return ofPolicies(desired, (policy) => refusedIn(broker.version, policy));
}

export function warnOfIdlePolicies(desired: Desired, live: Live): Problem[] {
  return ofPolicies(desired, (policy) =>
    idleIn(live.broker.version, policy).filter(({ path }) => !isPermitted(path, live)),
  );
}

function ofPolicies(desired: Desired, find: (policy: AnyPolicy) => Breach[]): Problem[] {
  return [...desired.objects.values()].flatMap((declared) => {
    const { object } = declared;
    return isAnyPolicy(object) ? find(object).map((breach) => toProblem(declared, breach)) : [];
  });
}

function toProblem({ object, at, find }: Declared, { code, message, hint, path }: Breach): Problem {
  return { code, message: `${renderObject(object)}: ${message}`, hint, at: find?.(path) ?? at };
}

/** Since 4, brokers list the deprecated features that they deny. */
function isPermitted([, key = '']: readonly string[], { broker }: Live): boolean {
  const feature = policyKeys.get(key)?.deprecated?.feature;
  return feature !== undefined && broker.denied !== undefined && !broker.denied.has(feature);
}
