// Checks policies against the connected broker: what its version refuses, and what it never reads.
import type { Declared, Desired } from '../topology/desired.ts';
import { addressOf, renderObject } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import { isEqual } from '../topology/normal-form.ts';
import { isAnyPolicy } from '../topology/object.ts';
import { policyKeys } from '../topology/policy-keys.ts';
import type { AnyPolicy } from '../topology/policy-matches.ts';
import { idleIn, refusedIn } from '../topology/policy-versions.ts';
import type { Breach, Problem } from '../topology/problem.ts';

export function policiesFitVersion(desired: Desired, live: Live): Problem[] {
  const { version } = live.broker;
  return ofPolicies(desired, (policy) => {
    const denied = idleIn(version, policy).filter(({ path }) => stateOf(path, live) === 'denied');
    const held = live.objects.get(addressOf(policy));
    // No request is needed for it.
    const isHeld = held !== undefined && isEqual(policy, held);
    return [...refusedIn(version, policy), ...(isHeld ? [] : denied)];
  });
}

export function warnOfIdlePolicies(desired: Desired, live: Live): Problem[] {
  return ofPolicies(desired, (policy) =>
    idleIn(live.broker.version, policy).filter(({ path }) => stateOf(path, live) === 'unknown'),
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
function stateOf(
  [, key = '']: readonly string[],
  { broker }: Live,
): 'permitted' | 'denied' | 'unknown' {
  const feature = policyKeys.get(key)?.deprecated?.feature;
  if (feature === undefined || broker.denied === undefined) return 'unknown';
  return broker.denied.has(feature) ? 'denied' : 'permitted';
}
