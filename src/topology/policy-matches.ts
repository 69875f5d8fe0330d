// Which exchanges and queues of one vhost each policy matches: by its pattern, and by what the
// broker says of the objects it has.
import { addressOf } from './identity.ts';
import type { Live } from './live.ts';
import {
  isBindingEnd,
  isQueue,
  type BindingEnd,
  type OperatorPolicy,
  type Policy,
} from './object.ts';
import { matchPattern, processorTime } from './pattern.ts';
import { isMeantFor, type Match } from './policy.ts';

/** Milliseconds of matching: for one pattern, and for all of them. */
const patience = { one: 200, all: 2_000 };

export type AnyPolicy = Policy | OperatorPolicy;

export class PolicyMatches {
  readonly ends: readonly BindingEnd[];
  readonly #live: Pick<Live, 'broker' | 'objects'>;
  readonly #byPattern = new Map<string, Match[]>();
  readonly #known = new Map<AnyPolicy, readonly Match[]>();
  #patience = patience.all;

  /** `policies`: those of the broker. `ends`: of one vhost. */
  constructor(
    live: Pick<Live, 'broker' | 'objects'>,
    policies: readonly AnyPolicy[],
    ends: readonly BindingEnd[],
  ) {
    this.#live = live;
    this.ends = ends;
    const own = policies.filter(({ kind }) => kind === 'policy');
    const byName = new Map(own.map((policy) => [policy.name, policy]));
    for (const policy of own) this.#settle(policy, byName);
  }

  /** An answer for each of `ends`. */
  of(policy: AnyPolicy): readonly Match[] {
    const known = this.#known.get(policy);
    if (known !== undefined) return known;
    const named = this.#named(policy.pattern);
    const matches = this.ends.map((end, n) =>
      both(this.#meant(policy, end), named[n] ?? 'perhaps'),
    );
    this.#known.set(policy, matches);
    return matches;
  }

  #meant(policy: AnyPolicy, end: BindingEnd): Match {
    return isMeantFor(policy, end, this.#live.broker.version);
  }

  #named(pattern: string): Match[] {
    const known = this.#byPattern.get(pattern);
    if (known !== undefined) return known;
    const names = this.ends.map(({ name }) => name);
    const start = processorTime();
    const matches = matchPattern(pattern, names, Math.min(patience.one, this.#patience));
    this.#patience -= processorTime() - start;
    this.#byPattern.set(pattern, matches);
    return matches;
  }

  /** The broker names the policy of an object: those that come before it don't match. */
  #settle(policy: AnyPolicy, byName: ReadonlyMap<string, AnyPolicy>): void {
    const matches = this.#named(policy.pattern);
    for (const [n, end] of this.ends.entries()) {
      const found = this.#live.objects.get(addressOf(end));
      if (matches[n] !== 'perhaps' || !isBindingEnd(found)) continue;
      if (isQueue(found) && isQueue(end) && found.type !== end.type) continue;
      const applied = found.policy === undefined ? undefined : byName.get(found.policy);
      if (applied === policy) matches[n] = 'yes';
      else if (this.#meant(policy, end) === 'yes' && isBehind(found.policy, applied, policy))
        matches[n] = 'no';
    }
  }
}

/** Whether a policy would have come before what applies. */
const isBehind = (name: string | undefined, applied: AnyPolicy | undefined, policy: AnyPolicy) =>
  name === undefined || (applied !== undefined && applied.priority < policy.priority);

function both(one: Match, other: Match): Match {
  if (one === 'no' || other === 'no') return 'no';
  return one === 'yes' ? other : one;
}

/** What an object has: one of these (undefined: none); several if topo can't tell which. */
export type Standing<P extends AnyPolicy = AnyPolicy> = readonly (P | undefined)[];

/** What the nth of the objects has if exactly these policies exist. */
export function standingOf<P extends AnyPolicy>(
  nth: number,
  policies: readonly P[],
  matches: PolicyMatches,
): Standing<P> {
  const found: P[] = [];
  let sure: number | undefined;
  for (const policy of policies) {
    if (sure !== undefined && policy.priority < sure) return found;
    const match = matches.of(policy)[nth];
    if (match === 'no' || match === undefined) continue;
    found.push(policy);
    if (match === 'yes') sure = policy.priority;
  }
  return sure === undefined ? [...found, undefined] : found;
}

/** The highest priority first, as `standingOf` needs them. */
export const ranked = <P extends AnyPolicy>(policies: Iterable<P>): P[] =>
  [...policies].sort((a, b) => b.priority - a.priority);
