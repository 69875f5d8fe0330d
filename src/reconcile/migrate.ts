// Finds the classic queues that the files declare, and how each would fit as a quorum queue.
import { addressOfVhost, type Address } from '../topology/address.ts';
import { AppliedPolicies } from '../topology/applied-policies.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import { effectiveSettings } from '../topology/effective.ts';
import { matchesGlob } from '../topology/glob.ts';
import { addressOf } from '../topology/identity.ts';
import { withDefaultType } from '../topology/kinds/queue.ts';
import type { Live } from '../topology/live.ts';
import { isQueue, type Policy, type Queue } from '../topology/object.ts';
import { InvalidInput, type Position } from '../topology/problem.ts';
import { asQuorum } from '../topology/quorum-arguments.ts';
import type { Applied, Fit, Fitting, QueueUse } from '../topology/quorum-fit.ts';
import { obstaclesTo } from '../topology/quorum-obstacles.ts';
import { withDeclaredVhosts } from './new-vhosts.ts';

/** What the broker says that concerns a migration. */
export interface Witness {
  readonly live: Live;
  /** Undefined if the user may not read consumers. */
  readonly uses: ReadonlyMap<Address, QueueUse> | undefined;
  /** How many nodes there are; undefined if the user may not read them. */
  readonly nodes: number | undefined;
}

export interface Candidate {
  readonly address: Address;
  readonly at: Position;
  readonly fitting: Fitting;
  /** The quorum queue that it would be. */
  readonly after: Queue;
  /** Why it stays classic; empty if it may go. */
  readonly obstacles: readonly Fit[];
}

export interface Candidates {
  readonly classic: readonly Candidate[];
  /** How many of the matching queues are quorum queues already. */
  readonly already: number;
}

/** `globs`: of names; none for all queues. Throws InvalidInput if one matches nothing. */
export function findCandidates(
  desired: Desired,
  witness: Witness | undefined,
  globs: readonly string[],
): Candidates {
  const queues = [...desired.objects.values()].filter(isOfQueue);
  assertMatches(globs, queues);
  const typeIn = defaultTypes(desired, witness);
  const typed = queues
    .filter(
      ({ object: { name } }) => globs.length === 0 || globs.some((one) => matchesGlob(one, name)),
    )
    .map(({ object, at }) => ({
      at,
      queue: withDefaultType(object, typeIn(object.vhost)),
    }));
  const found = typed.filter(({ queue }) => queue.type === 'classic');
  const fit = fitterOf(
    desired,
    witness,
    found.map(({ queue }) => queue),
  );
  const classic = found.map(({ queue, at }) => {
    const fitting = fit(queue);
    const after = asQuorum(queue);
    return { address: addressOf(queue), at, fitting, after, obstacles: obstaclesTo(fitting) };
  });
  return { classic, already: typed.filter(({ queue }) => queue.type === 'quorum').length };
}

const isOfQueue = (declared: Declared): declared is Declared<Queue> => isQueue(declared.object);

function assertMatches(globs: readonly string[], queues: readonly Declared<Queue>[]): void {
  const problems = globs
    .filter((glob) => !queues.some(({ object }) => matchesGlob(glob, object.name)))
    .map((glob) => ({
      code: 'no-such-match',
      message: `--match ${glob} matches no queue that the files declare`,
      hint: 'it takes names and patterns, such as orders.*',
    }));
  if (problems.length > 0) throw new InvalidInput(problems);
}

/** The type that queues of a vhost have if they name none. */
export function defaultTypes(
  desired: Desired,
  witness: Witness | undefined,
): (vhost: string) => string {
  const live = witness && withDeclaredVhosts(witness.live, desired).vhosts;
  return (vhost) => {
    const seen = live?.get(vhost);
    if (seen !== undefined) return seen.default_queue_type;
    const declared = desired.objects.get(addressOfVhost(vhost))?.object;
    const own = declared?.kind === 'vhost' ? declared.default_queue_type : undefined;
    return own ?? desired.expectedTypes.get(vhost)?.type ?? 'classic';
  };
}

/** Policies match by type, too: the same queues are looked at twice. */
function fitterOf(
  desired: Desired,
  witness: Witness | undefined,
  queues: readonly Queue[],
): (queue: Queue) => Fitting {
  const version = witness?.live.broker.version;
  const policies = policiesOf(desired, witness?.live);
  const broker = witness && { broker: witness.live.broker };
  const known = { ...broker, policies, objects: new Map() };
  const now = new AppliedPolicies(known, queues);
  const then = new AppliedPolicies(known, queues.map(asQuorum));
  const applied = (by: AppliedPolicies, queue: Queue): Applied => {
    const [policy, ...others] = by.of(queue);
    const sure = others.length === 0 ? policy : undefined;
    // Versions differ only in a quorum queue's expiry.
    return { policy: sure, settings: effectiveSettings(queue, sure, undefined, version ?? '4.0') };
  };
  return (queue) => ({
    queue,
    version,
    before: applied(now, queue),
    after: applied(then, asQuorum(queue)),
    use: witness?.uses?.get(addressOf(queue)),
  });
}

/** Those of the broker, as the files have them. */
function policiesOf({ objects }: Desired, live: Live | undefined): Policy[] {
  const all = new Map((live?.policies ?? []).map((policy) => [addressOf(policy), policy]));
  for (const [address, { object }] of objects) {
    if (object.kind === 'policy') all.set(address, object);
  }
  return [...all.values()];
}
